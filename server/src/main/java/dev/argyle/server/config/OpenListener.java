package dev.argyle.server.config;

import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Method;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The rule that nobody becomes an open proxy by accident: where other hosts reach a SOCKS listener,
 * {@code none} must be written out, for by default it is only meant for loopback.
 */
final class OpenListener {

  private OpenListener() {}

  /**
   * @param listen {@code socks.listen} in the file, for the place; null: not there
   */
  static Optional<ConfigProblem> problem(
      Configuration effective, Overrides overrides, @Nullable Value listen) {
    Socks socks = effective.socks();
    if (socks.noneIsWrittenOut() || !socks.authentication().contains(Method.NONE)) {
      return Optional.empty();
    }
    for (int i = 0; i < socks.listen().size(); i++) {
      Endpoint open = socks.listen().get(i);
      if (!Addresses.isLoopback(open.host())) {
        return Optional.of(problem(open, i, overrides.socksHost(), listen));
      }
    }
    return Optional.empty();
  }

  private static ConfigProblem problem(
      Endpoint open, int index, @Nullable String option, @Nullable Value listen) {
    String message =
        "other hosts can reach "
            + open
            + ", where the default, none among socks.authentication, would let everybody in; write"
            + " socks.authentication in the configuration: [password], or with none in it, if that"
            + " is what you want";
    if (option != null || listen == null) {
      return new ConfigProblem("argyle", 0, 0, "-l " + open.host(), message);
    }
    List<Node> nodes = ((SequenceNode) listen.node()).getValue();
    Mark mark = nodes.get(index).getStartMark().orElseThrow();
    return new ConfigProblem(
        listen.problems().file(),
        mark.getLine() + 1,
        mark.getColumn() + 1,
        "socks.listen[" + index + "]",
        message);
  }
}
