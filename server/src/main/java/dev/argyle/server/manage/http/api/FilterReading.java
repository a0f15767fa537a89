package dev.argyle.server.manage.http.api;

import dev.argyle.server.config.Network;
import dev.argyle.server.control.ConnectionFilter;
import dev.argyle.server.manage.http.Fields;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Query;
import dev.argyle.wire.socks.Command;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Which connections a client means: the same keys in a query and in the body of a kill. */
final class FilterReading {

  /** The keys. */
  static final Set<String> KEYS =
      Set.of(
          "user",
          "client",
          "destination",
          "port",
          "rule",
          "command",
          "minOctets",
          "minDurationSeconds",
          "minIdleSeconds",
          "q");

  private static final long MAX_RULE = 1_000_000;

  /** The most that can be asked for. */
  static final long A_YEAR_OF_SECONDS = 31_536_000;

  /** Where the values are. */
  private interface Values {
    @Nullable String text(String name);

    long number(String name, long least, long most, long otherwise);
  }

  private FilterReading() {}

  static ConnectionFilter of(Query query) {
    return read(
        new Values() {
          @Override
          public @Nullable String text(String name) {
            return query.text(name);
          }

          @Override
          public long number(String name, long least, long most, long otherwise) {
            return query.number(name, least, most, otherwise);
          }
        });
  }

  static ConnectionFilter of(Fields fields) {
    return read(
        new Values() {
          @Override
          public @Nullable String text(String name) {
            return fields.text(name);
          }

          @Override
          public long number(String name, long least, long most, long otherwise) {
            Long value = fields.number(name);
            if (value == null) {
              return otherwise;
            }
            if (value < least || value > most) {
              throw Problem.invalidField(
                      "filter." + name,
                      "is no number from " + least + " to " + most,
                      "send such a number")
                  .exception();
            }
            return value;
          }
        });
  }

  private static ConnectionFilter read(Values values) {
    String client = values.text("client");
    String destination = values.text("destination");
    String command = values.text("command");
    String text = values.text("q");
    return new ConnectionFilter(
        values.text("user"),
        client == null ? null : network(client),
        destination == null ? null : ConnectionFilter.plain(JsonText.latin1(destination)),
        (int) values.number("port", 1, 65_535, 0),
        (int) values.number("rule", 0, MAX_RULE, ConnectionFilter.ANY),
        command == null ? null : command(command),
        values.number("minOctets", 0, Long.MAX_VALUE, 0),
        values.number("minDurationSeconds", 0, A_YEAR_OF_SECONDS, 0),
        values.number("minIdleSeconds", 0, A_YEAR_OF_SECONDS, 0),
        text == null ? null : text.toLowerCase(Locale.ROOT));
  }

  /** An address or a network; the parameter is called {@code client} wherever there is one. */
  static Network network(String text) {
    try {
      return Network.parse(text);
    } catch (IllegalArgumentException wrong) {
      throw Problem.invalidField(
              "client",
              String.valueOf(wrong.getMessage()),
              "send an address or a network, such as 192.0.2.0/24")
          .exception();
    }
  }

  /** As answers write it, or as the rules do. */
  static Command command(String text) {
    for (Command command : Command.values()) {
      if (text.equalsIgnoreCase(command.word())
          || text.equalsIgnoreCase(ConnectionJson.word(command))) {
        return command;
      }
    }
    throw Problem.invalidField("command", "is no command", "use connect, bind or udp").exception();
  }
}
