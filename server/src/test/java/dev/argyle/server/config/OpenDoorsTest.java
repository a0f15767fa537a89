package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class OpenDoorsTest {

  private static List<String> warnings(Read read) {
    assertThat(read).isInstanceOf(Read.Ok.class);
    return ((Read.Ok) read).given().warnings().stream().map(ConfigProblem::toString).toList();
  }

  private static List<String> warnings(String text) {
    return warnings(ConfigurationReader.read("argyle.yaml", text));
  }

  @ParameterizedTest
  @CsvSource({
    "mass: { listen: '0.0.0.0:8080' },mass.listen",
    "feed: { listen: '[::]:8080' },feed.listen",
    "feed: { tcp: '192.0.2.1:8080' },feed.tcp",
    "bottler: { listen: 'proxy.example:8080' },bottler.listen",
    "http: { listen: '0.0.0.0:8081' },http.listen"
  })
  void aDoorThatOtherHostsReachIsWarnedOf(String door, String key) {
    assertThat(warnings("management:\n  " + door + "\n"))
        .singleElement()
        .asString()
        .matches("argyle.yaml:2:\\d+: management\\." + key + ": other hosts can reach .*")
        .contains("not encrypted", "ssh");
  }

  @Test
  void theOptionThatOpensTheDoorsIsNamed() {
    Overrides open = new Overrides(null, null, "0.0.0.0", null, false);
    assertThat(warnings(ConfigurationReader.read("argyle.yaml", "", open)))
        .hasSize(4)
        .allMatch(warning -> warning.startsWith("argyle: -L 0.0.0.0: other hosts can reach"));
  }

  @ParameterizedTest
  @CsvSource({"certificate,key", "key,certificate"})
  void certificateAndKeyComeTogether(String one, String other) {
    Read read =
        ConfigurationReader.read("a.yaml", "management: { http: { tls: { " + one + ": f } } }");
    assertThat(((Read.Wrong) read).problems())
        .singleElement()
        .asString()
        .contains("management.http.tls." + one, "name the other file", "tls." + other);
  }

  @Test
  void massForAnybodyIsWarnedOf() {
    assertThat(warnings("management: { mass: { anonymous: true } }"))
        .singleElement()
        .asString()
        .contains("management.mass.anonymous", "names of all users", "127.0.0.1:8080");
    assertThat(warnings("management: { mass: { anonymous: true, listen: null } }")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "management: { http: { listen: null } }",
        "management: { http: { listen: '0.0.0.0:1', tls: { certificate: c, key: k } } }",
        "management: { http: { tls: null } }",
        "management: { mass: { listen: '127.0.0.2:1' }, feed: { tcp: '[::1]:2' } }"
      })
  void whatIsOnLoopbackOrADefaultIsNotWarnedOf(String text) {
    assertThat(warnings(text)).isEmpty();
  }

  @Test
  void whatTheFileAsksForIsToldFromADefault() {
    Read.Ok read =
        (Read.Ok)
            ConfigurationReader.read(
                "argyle.yaml", "management: { feed: { listen: '127.0.0.1:8080' } }");
    assertThat(read.configuration()).isEqualTo(Configuration.defaults());
    assertThat(read.given().asksFor("management.feed.listen")).isTrue();
    assertThat(read.given().asksFor("management.mass.listen")).isFalse();
  }
}
