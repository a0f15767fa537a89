package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class OverridesTest {

  private static Configuration read(String text, Overrides overrides) {
    Read read = ConfigurationReader.read("argyle.yaml", text, overrides);
    assertThat(read).isInstanceOf(Read.Ok.class);
    return ((Read.Ok) read).configuration();
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.2,,127.0.0.2:1", ",0,127.0.0.1:0", "::1,7,[::1]:7"})
  void aGivenPartMakesOneListenerWithTheFirstOnesOtherPart(
      @Nullable String host, @Nullable Integer port, String expected) {
    Overrides overrides = new Overrides(host, port, null, null, false);
    assertThat(read("socks: { listen: [127.0.0.1:1, 127.0.0.1:2] }", overrides).socks().listen())
        .extracting(Endpoint::toString)
        .containsExactly(expected);
  }

  @Test
  void managementOptionsLeaveAloneWhatIsOffAndWhatIsNotTheirs() {
    Overrides overrides = new Overrides(null, null, "127.0.0.3", 0, false);
    Management management =
        read("management: { feed: { listen: null, tcp: \"127.0.0.1:9\" } }", overrides)
            .management();
    Endpoint given = new Endpoint("127.0.0.3", 0);
    assertThat(management.mass().listen()).isEqualTo(given);
    assertThat(management.bottler().listen()).isEqualTo(given);
    assertThat(management.feed())
        .isEqualTo(new Management.Feed(null, new Endpoint("127.0.0.1", 9)));
    assertThat(management.http().listen()).isEqualTo(given);
  }

  @ParameterizedTest
  @CsvSource({"0,0", "8080,8081", "65535,65534"})
  void httpHasThePortAfterTheOthers(int given, int expected) {
    Overrides overrides = new Overrides(null, null, null, given, false);
    assertThat(read("", overrides).management().http().listen())
        .isEqualTo(new Endpoint("127.0.0.1", expected));
  }

  @Test
  void dissectorsAreOffWhateverTheFileSays() {
    Overrides overrides = new Overrides(null, null, null, null, true);
    assertThat(read("dissectors: { enabled: true }", overrides).dissectors().enabled()).isFalse();
  }

  @Test
  void theFileIsReadAgainAndOverriddenAgain(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("argyle.yaml");
    var source = new ConfigurationSource(file, new Overrides(null, 7, null, null, false));
    Files.writeString(file, "socks: { loops: 1 }");
    Read first = source.load();
    Files.writeString(file, "socks: { loops: 2 }");
    Read second = source.load();
    assertThat(((Read.Ok) first).configuration().socks().loops()).isEqualTo(1);
    assertThat(((Read.Ok) second).configuration().socks().loops()).isEqualTo(2);
    assertThat(((Read.Ok) second).configuration().socks().listen())
        .containsExactly(new Endpoint("127.0.0.1", 7));
  }
}
