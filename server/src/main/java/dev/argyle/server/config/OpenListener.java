package dev.argyle.server.config;

import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Method;
import org.jspecify.annotations.Nullable;

/**
 * The rule that nobody runs an open proxy by accident: the default {@code none} is meant for
 * loopback, so {@code none} must be set explicitly if other hosts can reach a SOCKS listener.
 */
final class OpenListener {

  private OpenListener() {}

  /**
   * @param option the host of {@code -l}; null: it was not given
   * @param listen {@code socks.listen} in the file; null: it is not there
   */
  static void check(
      Socks effective, @Nullable String option, @Nullable Value listen, Problems problems) {
    if (effective.noneIsWrittenOut() || !effective.authentication().contains(Method.NONE)) {
      return;
    }
    for (int i = 0; i < effective.listen().size(); i++) {
      Endpoint open = effective.listen().get(i);
      if (!Addresses.isLoopback(open.host())) {
        String message =
            "other hosts can reach %s, and the default of socks.authentication admits clients"
                    .formatted(open)
                + " without a login; ";
        if (option != null || listen == null) {
          String advice =
              "give --authentication password, or --authentication none for an open proxy";
          problems.add(new ConfigProblem("argyle", 0, 0, "-l " + open.host(), message + advice));
        } else {
          listen
              .elements()
              .get(i)
              .wrong(
                  message
                      + "set socks.authentication explicitly: [password], or add none for an open"
                      + " proxy");
        }
        return;
      }
    }
  }
}
