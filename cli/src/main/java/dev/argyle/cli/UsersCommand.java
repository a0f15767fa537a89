package dev.argyle.cli;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.account.ImportFile;
import dev.argyle.server.account.Outcome;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.config.FileFailure;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/**
 * {@code argyle users}: the accounts in a data directory, whether a server runs on it or not. A
 * running server notices at its next login, and closes a removed user's connections.
 */
@Command(
    name = "users",
    description =
        "Lists and changes the accounts in a data directory, whether a server runs or not.",
    customSynopsis = {
      "argyle users list     [--data DIR] [--usage | -o table|json]",
      "                    add      [--data DIR] [--admin] [--password-stdin] NAME",
      "                    remove   [--data DIR] NAME",
      "                    rename   [--data DIR] NAME NEW-NAME",
      "                    password [--data DIR] [--password-stdin] NAME",
      "                    enable   [--data DIR] NAME",
      "                    disable  [--data DIR] NAME",
      "                    admin    [--data DIR] NAME",
      "                    no-admin [--data DIR] NAME",
      "                    viewer   [--data DIR] NAME",
      "                    no-viewer [--data DIR] NAME",
      "                    show     [--data DIR] [-o table|json] NAME",
      "                    set      [--data DIR] NAME KEY=VALUE...",
      "                    token    [--data DIR]",
      "                    import   [--data DIR] [--update | --replace | --skip] < FILE",
      "                    export   [--data DIR] > FILE"
    },
    footer = {
      "",
      "In a NAME, \\xHH stands for one byte. Passwords come from a prompt or from standard input.",
      "import reads lines NAME:PHC-STRING, lines of an export, which have the flags and dates,"
          + " too,",
      "and lines of shadow(5). It accepts Argon2, bcrypt, SHA-crypt and, with libcrypt, yescrypt."
          + " It",
      "imports all lines or none. A ! before a hash marks a disabled account. accounts.max-users"
          + " does",
      "not limit this command.",
      "admin makes a user an administrator, who may do everything at the management doors; viewer"
          + " one",
      "who may only look there; no-admin and no-viewer take that away. token writes a new Bottler"
          + " token",
      "into admin.secret; a running server takes it at SIGHUP.",
      "set gives a user a plan (plan=NAME) or limits of their own, such as expires=2026-12-31 or",
      "connections=5; KEY=none lifts a limit of the plan, and KEY= takes the user's own value away."
    })
final class UsersCommand implements Callable<Integer> {

  private static final int DONE = 0;
  private static final int FAILED = 1;

  private final InputStream in;
  private final OutputStream out;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      index = "0",
      paramLabel = "ACTION",
      completionCandidates = UserActions.class,
      description = "What to do; see above.")
  @SuppressWarnings("NullAway.Init") // required
  private String action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The user, 1 to 255 bytes.")
  private @Nullable String name;

  @Parameters(
      index = "2..*",
      arity = "0..*",
      paramLabel = "NEW-NAME|KEY=VALUE",
      description = "rename: the new name. set: a plan or a limit.")
  private List<String> more = List.of();

  @Option(names = "--admin", description = "add: makes the user an administrator.")
  private boolean admin;

  @Option(names = "--data", paramLabel = "DIR", description = Defaults.DIRECTORY + ".")
  private @Nullable Path given;

  private Path data = Path.of("data"); // decided when the arguments are known

  @Option(
      names = "--password-stdin",
      description = "add, password: reads the password from one line of standard input.")
  private boolean passwordOnStandardInput;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "list, show: prints a table or one JSON document; a table unless given.")
  private @Nullable String output;

  @Option(
      names = "--usage",
      description = "list: a table of what each user has used; -o json has that anyway.")
  private boolean usage;

  @Option(names = "--update", description = "import: accounts that exist become what the file has.")
  private boolean update;

  @Option(
      names = "--replace",
      description =
          "import: as --update, and removes users that are not in the file, but no administrators.")
  private boolean replace;

  @Option(names = "--skip", description = "import: leaves accounts that exist as they are.")
  private boolean skip;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  UsersCommand() {
    this(System.in, System.out);
  }

  UsersCommand(InputStream in, OutputStream out) {
    this.in = in;
    this.out = out;
  }

  @Override
  public Integer call() {
    checkArguments();
    data = Defaults.data(given);
    boolean makes = action.equals("add") || action.equals("import");
    try {
      DataDirectory.check(data);
      Path directory = makes ? DataDirectory.make(data) : data;
      if (!makes && !DataDirectory.hasAccounts(directory)) {
        return failed(
            data.toAbsolutePath().normalize()
                + ": there are no accounts here; give the server's directory with --data");
      }
      // No limit: how many there may be is the server's configuration, which is not read here.
      try (AccountBook book = AccountBook.open(directory, new Accounts(null, Integer.MAX_VALUE))) {
        return run(book);
      }
    } catch (DataProblem problem) {
      return failed(problem.getMessage());
    } catch (AccountStoreException problem) {
      return failed(data.resolve(AccountBook.FILE) + ": " + problem.getMessage());
    } catch (PasswordInput.Unusable problem) {
      throw wrong(problem.getMessage());
    } catch (IOException unreadable) {
      return failed("standard input: cannot be read: " + FileFailure.words(unreadable));
    }
  }

  private int run(AccountBook book) throws IOException, DataProblem, PasswordInput.Unusable {
    return switch (action) {
      case "list" -> new AccountTable(spec, book).print("json".equals(output), usage);
      case "add" -> add(book, userName(name));
      case "remove" -> answer(book.remove(userName(name)), "removed " + name);
      case "rename" ->
          answer(
              book.rename(userName(name), userName(more.getFirst())),
              "renamed " + name + " to " + more.getFirst());
      case "password" -> changePassword(book, userName(name));
      case "enable" -> answer(book.setEnabled(userName(name), true), "enabled " + name);
      case "disable" -> answer(book.setEnabled(userName(name), false), "disabled " + name);
      case "admin" ->
          answer(book.setAdmin(userName(name), true), name + " is an administrator now");
      case "no-admin" ->
          answer(book.setAdmin(userName(name), false), name + " is no administrator any more");
      case "viewer" -> answer(book.setViewer(userName(name), true), name + " is a viewer now");
      case "no-viewer" ->
          answer(book.setViewer(userName(name), false), name + " is no viewer any more");
      case "show" -> show(book, userName(name));
      case "set" ->
          answer(book.setAttributes(userName(name), Assignments.read(more)), "changed " + name);
      case "token" -> token();
      case "import" -> new AccountTransfer(spec, book).importLines(in, existing());
      default -> new AccountTransfer(spec, book).export(out);
    };
  }

  private int add(AccountBook book, UserName user) throws PasswordInput.Unusable {
    if (book.find(user) != null) { // before it asks for a password
      return answer(new Outcome.AlreadyThere(false), "");
    }
    byte[] password = password(user);
    try {
      return answer(
          book.add(user, password, admin), "added " + name + (admin ? ", an administrator" : ""));
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private int show(AccountBook book, UserName user) {
    Account account = book.find(user);
    if (account == null) {
      return answer(new Outcome.NoSuchUser(), "");
    }
    new AccountTable(spec, book).print(account, "json".equals(output));
    return DONE;
  }

  private int changePassword(AccountBook book, UserName user) throws PasswordInput.Unusable {
    if (book.find(user) == null) {
      return answer(new Outcome.NoSuchUser(), "");
    }
    byte[] password = password(user);
    try {
      return answer(book.changePassword(user, password), "changed the password of " + name);
    } finally {
      Arrays.fill(password, (byte) 0);
    }
  }

  private byte[] password(UserName user) throws PasswordInput.Unusable {
    return passwordOnStandardInput ? PasswordInput.read(in) : PasswordInput.ask(user);
  }

  /** Whoever has recorded a datagram of Bottler has its token: another one shuts them out. */
  private int token() throws DataProblem {
    AdminSecret secret = AdminSecret.read(data);
    if (secret == null) {
      return failed(
          data.toAbsolutePath().normalize().resolve(AdminSecret.FILE)
              + ": does not exist; the next start of the server creates it");
    }
    secret.withNewToken(data);
    return done(
        "wrote a new Bottler token into "
            + data.resolve(AdminSecret.FILE)
            + "; send SIGHUP to a running server, which takes the old one until then");
  }

  private int answer(Outcome outcome, String words) {
    return switch (outcome) {
      case Outcome.Done() -> done(words);
      case Outcome.AlreadyThere(boolean same) ->
          failed("user \"" + (more.isEmpty() ? name : more.getFirst()) + "\" exists already");
      case Outcome.NoSuchUser() ->
          failed("there is no user \"" + name + "\"; argyle users list shows all");
      case Outcome.Full(int maxUsers) -> failed("the limit of " + maxUsers + " users is reached");
      case Outcome.LastAdministrator() ->
          failed(
              "\""
                  + name
                  + "\" is the last enabled administrator; make another one first, with: argyle"
                  + " users admin NAME");
      case Outcome.OfThisRun() ->
          throw new IllegalStateException("users of a run are in its server's memory");
      case Outcome.Invalid(String reason) -> throw wrong(reason);
    };
  }

  private void checkArguments() {
    if (!UserActions.ALL.contains(action)) {
      throw wrong(
          action + ": unknown action; it must be one of " + String.join(", ", UserActions.ALL));
    }
    int names =
        switch (action) {
          case "list", "import", "export", "token" -> 0;
          case "rename" -> 2;
          default -> 1;
        };
    int given = (name == null ? 0 : 1) + (action.equals("set") ? 0 : more.size());
    if (given < names) {
      throw wrong(action + ": " + (given == 1 ? "NEW-NAME" : "NAME") + " is missing");
    }
    if (given > names) {
      throw wrong(
          action + ": takes " + List.of("no NAME", "one NAME", "NAME and NEW-NAME").get(names));
    }
    if (action.equals("set")) {
      try {
        Assignments.read(more);
      } catch (IllegalArgumentException wrong) {
        throw wrong("set: " + wrong.getMessage());
      }
    }
    if (admin && !action.equals("add")) {
      throw wrong("--admin: only valid with add");
    }
    checkOptions();
    if (passwordOnStandardInput && !action.equals("add") && !action.equals("password")) {
      throw wrong("--password-stdin: only valid with add and password");
    }
    if (names > 0) {
      userName(name);
    }
    if (names > 1) {
      userName(more.getFirst());
    }
  }

  private void checkOptions() {
    if ((update || replace || skip) && !action.equals("import")) {
      throw wrong("--update, --replace, --skip: only valid with import");
    }
    if ((update ? 1 : 0) + (replace ? 1 : 0) + (skip ? 1 : 0) > 1) {
      throw wrong("--update, --replace, --skip: give only one of them");
    }
    if (output != null && !action.equals("list") && !action.equals("show")) {
      throw wrong("-o: only valid with list and show");
    }
    if (usage && (!action.equals("list") || output != null)) {
      throw wrong("--usage: only valid with list, and without -o");
    }
    if (output != null && !output.equals("table") && !output.equals("json")) {
      throw wrong("-o: must be table or json");
    }
  }

  private ImportFile.Existing existing() {
    if (replace) {
      return ImportFile.Existing.REPLACE;
    }
    if (update) {
      return ImportFile.Existing.UPDATE;
    }
    return skip ? ImportFile.Existing.SKIP : ImportFile.Existing.REJECT;
  }

  private UserName userName(@Nullable String text) {
    String given = String.valueOf(text);
    if (given.indexOf('\uFFFD') >= 0) { // the JDK puts it where the locale has no character
      throw wrong(
          "NAME: this locale cannot represent it; set LC_ALL=C.UTF-8, or write \\xHH for each"
              + " byte");
    }
    try {
      return UserName.ofEscaped(given.getBytes(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException wrongLength) {
      throw wrong("NAME: " + wrongLength.getMessage());
    }
  }

  private int done(String words) {
    PrintWriter writer = spec.commandLine().getOut();
    writer.println(words);
    writer.flush();
    return DONE;
  }

  private int failed(@Nullable String words) {
    spec.commandLine().getErr().println("argyle: " + words);
    return FAILED;
  }

  private ParameterException wrong(@Nullable String message) {
    return new ParameterException(spec.commandLine(), String.valueOf(message));
  }
}
