package dev.argyle.server.config;

import dev.argyle.wire.socks.Method;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/**
 * Reads a configuration (YAML 1.2). It is taken if every key is known, every value is within its
 * bounds, and they may be combined; otherwise every problem is reported at its place. Nothing is
 * resolved or changed, and the keytab, where it is needed, is the only other file that is opened.
 */
public final class ConfigurationReader {

  private final Problems problems;
  private final Overrides overrides;

  private ConfigurationReader(String file, Overrides overrides) {
    this.problems = new Problems(file);
    this.overrides = overrides;
  }

  /** Reads a file. One that is missing or unreadable is a problem that names it. */
  public static Read read(Path file) {
    return read(file, Overrides.NONE);
  }

  static Read read(Path file, Overrides overrides) {
    ConfigurationReader reader = new ConfigurationReader(file.toString(), overrides);
    String text = YamlDocument.text(file, reader.problems);
    return text == null ? new Read.Wrong(reader.problems.inOrder()) : reader.read(text);
  }

  /** Reads a configuration that is at hand; {@code file} is what problems call it. */
  public static Read read(String file, String text) {
    return read(file, text, Overrides.NONE);
  }

  static Read read(String file, String text, Overrides overrides) {
    return new ConfigurationReader(file, overrides).read(text);
  }

  /** Where there is no file: the defaults, with these overrides. */
  static Read read(Overrides overrides) {
    return new ConfigurationReader("argyle", overrides).read((Value) null);
  }

  private Read read(String text) {
    Node node = YamlDocument.compose(text, problems).orElse(null);
    return problems.isEmpty()
        ? read(node == null ? null : new Value(node, "", problems))
        : new Read.Wrong(problems.inOrder());
  }

  private Read read(@Nullable Value whole) {
    Section top = new Section(whole, "", problems);
    Map<String, Object> values = Keys.ALL.read(top);
    overrides.applyTo(values);
    Value authentication = top.value("socks.authentication");
    values.put(
        Keys.NONE_IS_WRITTEN_OUT,
        (authentication != null || overrides.authentication() != null)
            && values.get("socks.authentication") instanceof List<?> methods
            && methods.contains(Method.NONE));
    Configuration effective = Keys.ALL.record(values);
    Socks socks = effective.socks();
    if (socks.authentication().contains(Method.GSSAPI) && socks.gssapi().keytab() == null) {
      String missing =
          "gssapi needs the keys of the service; name their file as socks.gssapi.keytab";
      if (overrides.authentication() != null || authentication == null) {
        problems.add(new ConfigProblem("argyle", 0, 0, "--authentication", missing));
      } else {
        authentication.wrong(missing);
      }
    }
    checkTls(effective.management().http().tls(), top);
    NameLists.check(effective, problems);
    Outside.check(effective.accounts(), top, problems);
    if (problems.isEmpty()) { // about the whole, so judged once the parts are right
      EgressText.checkNames(effective, top);
      OpenListener.check(socks, overrides.socksHost(), top.value("socks.listen"), problems);
      Value keytab = top.value("socks.gssapi.keytab");
      String wrong = keytab == null ? null : KeytabCheck.wrong(socks);
      if (keytab != null && wrong != null) {
        keytab.wrong(wrong);
      }
    }
    return problems.isEmpty()
        ? new Read.Ok(effective, given(effective, top))
        : new Read.Wrong(problems.inOrder());
  }

  private static void checkTls(Management.Tls tls, Section top) {
    if ((tls.certificate() == null) != (tls.key() == null)) {
      String there = tls.key() == null ? "certificate" : "key";
      Value given = top.value("management.http.tls." + there);
      if (given != null) {
        given.wrong(
            "is of no use alone; name the other file as well, as management.http.tls."
                + (tls.key() == null ? "key" : "certificate"));
      }
    }
  }

  private Given given(Configuration effective, Section top) {
    Problems warnings = new Problems(problems.file());
    OpenDoors.check(effective.management(), overrides.managementHost(), top, warnings);
    Set<String> keys =
        Keys.ALL.keys().stream()
            .map(Key::path)
            .filter(path -> top.value(path) != null)
            .collect(Collectors.toSet());
    return new Given(keys, warnings.inOrder());
  }
}
