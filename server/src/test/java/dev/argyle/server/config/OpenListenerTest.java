package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.socks.Method;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class OpenListenerTest {

  private static final Overrides OPEN = new Overrides("0.0.0.0", null, null, null, false);

  @ParameterizedTest
  @ValueSource(strings = {"0.0.0.0:0", "[::]:0", "192.0.2.1:1080", "proxy.example:1080"})
  void defaultNoneIsRefusedWhereOtherHostsReachTheListener(String listen) {
    String text = "socks:\n  listen: [\"127.0.0.1:0\",\n    \"" + listen + "\"]\n";
    assertThat(ConfigurationReader.read("argyle.yaml", text))
        .isInstanceOfSatisfying(
            Read.Wrong.class,
            wrong ->
                assertThat(wrong.problems().getFirst().toString())
                    .startsWith("argyle.yaml:3:5: socks.listen[1]: ")
                    .contains("none", "socks.authentication"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1:0", "127.9.9.9:0", "[::1]:0", "localhost:0"})
  void defaultNoneIsForLoopback(String listen) {
    assertThat(ConfigurationReader.read("argyle.yaml", "socks: { listen: [\"" + listen + "\"] }"))
        .isInstanceOf(Read.Ok.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[none]", "[password]", "[password, none]"})
  void authenticationThatIsWrittenOutIsForEverybody(String authentication) {
    String text = "socks: { listen: [\"[::]:0\"], authentication: " + authentication + " }";
    assertThat(ConfigurationReader.read("argyle.yaml", text)).isInstanceOf(Read.Ok.class);
  }

  @Test
  void anOptionThatOpensTheListenerIsNamed() {
    for (Read read :
        List.of(
            new ConfigurationSource(null, OPEN).load(),
            ConfigurationReader.read("argyle.yaml", "socks: { listen: [\"[::1]:0\"] }", OPEN))) {
      assertThat(read)
          .isInstanceOfSatisfying(
              Read.Wrong.class,
              wrong ->
                  assertThat(wrong.problems().getFirst().toString())
                      .startsWith("argyle: -l 0.0.0.0: ")
                      .contains("none"));
    }
  }

  @Test
  void authenticationOnTheCommandLineIsWrittenOutToo() {
    for (List<Method> methods : List.of(List.of(Method.PASSWORD), List.of(Method.NONE))) {
      Overrides overrides = new Overrides("0.0.0.0", null, null, null, false, methods);
      assertThat(new ConfigurationSource(null, overrides).load())
          .isInstanceOfSatisfying(
              Read.Ok.class,
              ok -> assertThat(ok.configuration().socks().authentication()).isEqualTo(methods));
    }
    Overrides gssapi = new Overrides(null, null, null, null, false, List.of(Method.GSSAPI));
    assertThat(new ConfigurationSource(null, gssapi).load())
        .isInstanceOfSatisfying(
            Read.Wrong.class,
            wrong ->
                assertThat(wrong.problems().getFirst().toString())
                    .startsWith("argyle: --authentication: gssapi needs the keys"));
  }

  @Test
  void anOptionMayCloseWhatTheFileOpens() {
    Overrides closed = new Overrides("127.0.0.1", null, null, null, false);
    assertThat(ConfigurationReader.read("argyle.yaml", "socks: { listen: [\"[::]:0\"] }", closed))
        .isInstanceOf(Read.Ok.class);
  }
}
