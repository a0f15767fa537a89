package dev.argyle.cli;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Read;
import dev.argyle.server.list.Lists;
import dev.argyle.server.rule.Explanation;
import dev.argyle.server.rule.OwnListener;
import dev.argyle.server.rule.Question;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Command;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code argyle explain}: which rule decides about a destination, and why. */
@CommandLine.Command(
    name = "explain",
    description = "Shows which rule decides about a destination, and why.")
final class ExplainCommand implements Callable<Integer> {

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = Defaults.CONFIGURATION + ".")
  private @Nullable Path given;

  @Option(
      names = "--user",
      paramLabel = "NAME",
      description = "The user; a client without a name unless given.")
  private @Nullable String user;

  @Option(
      names = "--from",
      paramLabel = "IP",
      defaultValue = "127.0.0.1",
      description = "The client's address; ${DEFAULT-VALUE} unless given.")
  private String from = "127.0.0.1";

  @Option(
      names = "--command",
      paramLabel = "connect|bind|udp",
      defaultValue = "connect",
      description = "The requested command; ${DEFAULT-VALUE} unless given.")
  private String command = "connect";

  @Parameters(paramLabel = "HOST:PORT", description = "The requested destination.")
  @SuppressWarnings("NullAway.Init") // required
  private String destination;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  @Override
  public Integer call() {
    Endpoint to = destination();
    InetAddress client = client();
    Command asked = command();
    return switch (ConfigurationReader.read(Defaults.requiredConfiguration(spec, given))) {
      case Read.Ok(var configuration, _) -> explain(configuration, client, asked, to);
      case Read.Wrong(var problems) -> {
        problems.forEach(spec.commandLine().getErr()::println);
        yield spec.exitCodeOnInvalidInput();
      }
    };
  }

  private int explain(Configuration configuration, InetAddress client, Command asked, Endpoint to) {
    InetAddress literal = literal(to.host());
    List<InetAddress> addresses;
    try {
      addresses = literal != null ? List.of(literal) : List.of(InetAddress.getAllByName(to.host()));
    } catch (UnknownHostException unknown) {
      spec.commandLine()
          .getErr()
          .println("argyle: " + to.host() + " does not resolve on this machine; give an address");
      return spec.exitCodeOnExecutionException();
    }
    Lists lists = new Lists();
    List<String> wrong = lists.reload(configuration.listFiles());
    if (!wrong.isEmpty()) {
      wrong.forEach(spec.commandLine().getErr()::println);
      return spec.exitCodeOnInvalidInput();
    }
    RuleBook book =
        RuleBook.compile(configuration.rules(), lists.all())
            .withOwnListeners(ownListeners(configuration));
    String name = literal == null ? to.host() : null;
    String own = user != null && user.startsWith("@") ? user.substring(1) : null;
    for (InetAddress address : addresses) {
      Question question =
          new Question(own == null ? user : null, client, asked, name, address, to.port(), own);
      print(book.explain(question), address, to);
    }
    return 0;
  }

  private void print(Explanation explanation, InetAddress address, Endpoint to) {
    PrintWriter out = spec.commandLine().getOut();
    out.println(explanation.summary(address, to.port()));
    explanation.misses().forEach(line -> out.println("  " + line));
    out.flush();
  }

  /** The listeners that the file names. Those on a port that the system chooses are not known. */
  private static List<OwnListener> ownListeners(Configuration configuration) {
    List<OwnListener> listeners = new ArrayList<>();
    for (Endpoint listen : configuration.socks().listen()) {
      try {
        for (InetAddress address : InetAddress.getAllByName(listen.host())) {
          if (listen.port() != 0) {
            listeners.add(new OwnListener(address, listen.port(), OwnListener.Transport.TCP));
          }
        }
      } catch (UnknownHostException elsewhere) { // the file may be another machine's
        continue;
      }
    }
    return listeners;
  }

  private Endpoint destination() {
    try {
      return Endpoint.parse(destination);
    } catch (IllegalArgumentException wrong) {
      throw wrong("HOST:PORT: " + wrong.getMessage());
    }
  }

  private InetAddress client() {
    InetAddress client = literal(from);
    if (client == null) {
      throw wrong("--from " + from + ": must be an address, such as 192.0.2.5 or 2001:db8::5");
    }
    return client;
  }

  private Command command() {
    return switch (command.toLowerCase(Locale.ROOT)) {
      case "connect" -> Command.CONNECT;
      case "bind" -> Command.BIND;
      case "udp" -> Command.UDP;
      default -> throw wrong("--command " + command + ": must be connect, bind or udp");
    };
  }

  /** An address, perhaps with a zone; null: a name. */
  private static @Nullable InetAddress literal(String host) {
    InetAddress address = Addresses.parse(host);
    if (address == null && host.indexOf('%') > 0) {
      try {
        return InetAddress.ofLiteral(host);
      } catch (IllegalArgumentException noSuchZone) {
        return null;
      }
    }
    return address;
  }

  private ParameterException wrong(String message) {
    return new ParameterException(spec.commandLine(), message);
  }
}
