package dev.argyle.server.config;

import dev.argyle.wire.socks.Method;
import java.util.Map;

/**
 * Writes a configuration as YAML, every default included. What it writes reads back as the same
 * configuration; only the rules are on other lines.
 */
public final class ConfigurationPrinter {

  private ConfigurationPrinter() {}

  /** The whole file, each line ended by {@code \n}. */
  public static String print(Configuration configuration) {
    Map<String, Object> values = Keys.ALL.values(configuration);
    StringBuilder out = new StringBuilder(2048);
    String previous = "";
    for (Key<?> key : Keys.ALL.keys()) {
      String path = key.path();
      int depth = 0;
      int name = 0;
      for (int dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', name)) {
        if (!previous.startsWith(path.substring(0, dot + 1))) {
          out.repeat("  ", depth).append(path, name, dot).append(":\n");
        }
        name = dot + 1;
        depth++;
      }
      if (path.equals("socks.authentication") && isDefaultOnly(configuration.socks())) {
        out.append("  # The default. If it is set explicitly, other hosts may reach a listener:\n");
        out.append("  # authentication:");
      } else {
        out.repeat("  ", depth).append(path, name, path.length()).append(':');
      }
      String value = key.show(values);
      out.append(value.startsWith("\n") ? "" : " ").append(value).append('\n');
      previous = path;
    }
    return out.toString();
  }

  /** One rule on one line, without what is its default. */
  public static String print(RuleLine rule) {
    return Kinds.ruleText(rule);
  }

  /** Set explicitly, {@code none} would also hold for listeners that other hosts can reach. */
  private static boolean isDefaultOnly(Socks socks) {
    return !socks.noneIsWrittenOut() && socks.authentication().contains(Method.NONE);
  }
}
