package dev.argyle.cli;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.server.account.DataProblem;
import dev.argyle.server.account.ImportFile;
import dev.argyle.server.account.Outcome;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.config.FileFailure;
import dev.argyle.wire.UserName;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
      "argyle users list     [--data DIR]",
      "                    add      [--data DIR] [--admin] [--password-stdin] NAME",
      "                    remove   [--data DIR] NAME",
      "                    rename   [--data DIR] NAME NEW-NAME",
      "                    password [--data DIR] [--password-stdin] NAME",
      "                    import   [--data DIR] < FILE of NAME:PHC-STRING lines",
      "                    export   [--data DIR] > FILE"
    },
    footer = {
      "",
      "In a NAME, \\xHH stands for one byte. Passwords come from a prompt or from standard input.",
      "import accepts Argon2, bcrypt and SHA-crypt hashes. It imports all lines or none. A ! before",
      "a hash marks a disabled account. accounts.max-users does not limit this command."
    })
final class UsersCommand implements Callable<Integer> {

  private static final List<String> ACTIONS =
      List.of("list", "add", "remove", "rename", "password", "import", "export");

  private static final int DONE = 0;
  private static final int FAILED = 1;
  private static final int PAGE = 1_000;

  private final InputStream in;
  private final OutputStream out;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(index = "0", paramLabel = "ACTION", description = "What to do; see above.")
  @SuppressWarnings("NullAway.Init") // required
  private String action;

  @Parameters(
      index = "1",
      arity = "0..1",
      paramLabel = "NAME",
      description = "The user, 1 to 255 bytes.")
  private @Nullable String name;

  @Parameters(
      index = "2",
      arity = "0..1",
      paramLabel = "NEW-NAME",
      description = "rename: the new name.")
  private @Nullable String newName;

  @Option(names = "--admin", description = "add: makes the user an administrator.")
  private boolean admin;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "./data",
      description = "The data directory; ${DEFAULT-VALUE} unless given.")
  private Path data = Path.of("data");

  @Option(
      names = "--password-stdin",
      description = "add, password: reads the password from one line of standard input.")
  private boolean passwordOnStandardInput;

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
    boolean makes = action.equals("add") || action.equals("import");
    try {
      Path directory = makes ? DataDirectory.make(data) : data;
      if (!makes && !AccountBook.isIn(directory)) {
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

  private int run(AccountBook book) throws IOException, PasswordInput.Unusable {
    return switch (action) {
      case "list" -> list(book);
      case "add" -> add(book, userName(name));
      case "remove" -> answer(book.remove(userName(name)), "removed " + name);
      case "rename" ->
          answer(
              book.rename(userName(name), userName(newName)), "renamed " + name + " to " + newName);
      case "password" -> changePassword(book, userName(name));
      case "import" -> importLines(book);
      default -> export(book);
    };
  }

  private int list(AccountBook book) {
    PrintWriter table = spec.commandLine().getOut();
    String form = "%-5s  %-7s  %-20s  %-20s  %s%n";
    table.printf(form, "ADMIN", "ENABLED", "CREATED", "LAST CONNECTION", "NAME");
    UserName after = null;
    List<Account> page;
    do { // the name comes last: so no page needs to know how long the names of the others are
      page = book.list(after, PAGE);
      for (Account account : page) {
        after = account.name();
        table.printf(
            form,
            account.admin() ? "yes" : "no",
            account.enabled() ? "yes" : "no",
            time(account.createdMillis()),
            time(account.lastConnectionMillis()),
            account.name().escaped());
      }
    } while (page.size() == PAGE);
    table.flush();
    return DONE;
  }

  private static String time(long millis) {
    return millis == 0
        ? "never"
        : Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
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

  private int importLines(AccountBook book) throws IOException {
    ImportFile.Outcome outcome =
        switch (ImportFile.read(new BufferedInputStream(in))) {
          case ImportFile.Rejected rejected -> rejected;
          case ImportFile.Lines(List<ImportFile.Line> lines) -> book.importAll(lines);
        };
    return switch (outcome) {
      case ImportFile.Imported(int added, int unchanged) ->
          done("imported " + added + " users; " + unchanged + " existed already");
      case ImportFile.Rejected(List<ImportFile.Problem> problems) -> rejected(problems);
      case ImportFile.Full(int maxUsers) ->
          failed("the limit is " + maxUsers + " users; nothing was imported");
    };
  }

  private int rejected(List<ImportFile.Problem> problems) {
    for (ImportFile.Problem problem : problems) {
      failed("standard input, line " + problem.number() + ": " + problem.reason());
    }
    return failed(
        "nothing was imported"
            + (problems.size() == ImportFile.MAX_PROBLEMS
                ? "; there may be more invalid lines"
                : ""));
  }

  private int export(AccountBook book) throws IOException {
    PrintWriter lines =
        new PrintWriter(
            new OutputStreamWriter(new BufferedOutputStream(out), StandardCharsets.UTF_8));
    book.export((user, hash) -> lines.print(ImportFile.write(user, hash) + "\n"));
    if (lines.checkError()) {
      return failed("standard output: could not be written; the export is not complete");
    }
    return DONE;
  }

  private int answer(Outcome outcome, String words) {
    return switch (outcome) {
      case Outcome.Done() -> done(words);
      case Outcome.AlreadyThere(boolean same) ->
          failed("user \"" + (newName == null ? name : newName) + "\" exists already");
      case Outcome.NoSuchUser() ->
          failed("there is no user \"" + name + "\"; argyle users list shows all");
      case Outcome.Full(int maxUsers) -> failed("the limit of " + maxUsers + " users is reached");
      case Outcome.LastAdministrator() ->
          failed("\"" + name + "\" is the last administrator; add another one first");
      case Outcome.Invalid(String reason) -> throw wrong(reason);
    };
  }

  private void checkArguments() {
    if (!ACTIONS.contains(action)) {
      throw wrong(action + ": unknown action; it must be one of " + String.join(", ", ACTIONS));
    }
    int names =
        switch (action) {
          case "list", "import", "export" -> 0;
          case "rename" -> 2;
          default -> 1;
        };
    int given = newName != null ? 2 : name != null ? 1 : 0;
    if (given < names) {
      throw wrong(action + ": " + (given == 1 ? "NEW-NAME" : "NAME") + " is missing");
    }
    if (given > names) {
      throw wrong(action + ": takes " + (names == 0 ? "no NAME" : "one NAME"));
    }
    if (admin && !action.equals("add")) {
      throw wrong("--admin: only valid with add");
    }
    if (passwordOnStandardInput && !action.equals("add") && !action.equals("password")) {
      throw wrong("--password-stdin: only valid with add and password");
    }
    if (names > 0) {
      userName(name);
    }
    if (names > 1) {
      userName(newName);
    }
  }

  private UserName userName(@Nullable String text) {
    String given = String.valueOf(text);
    if (given.indexOf('\uFFFD') >= 0) { // the JDK puts it where the locale has no character
      throw wrong(
          "NAME: this locale cannot represent it; set LC_ALL=C.UTF-8, or write \\xHH for each byte");
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
