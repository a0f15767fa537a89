package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.bottler.BottlerFuzz;
import dev.argyle.wire.feed.FeedFuzz;
import dev.argyle.wire.gssapi.GssapiFuzz;
import dev.argyle.wire.mass.MassFuzz;
import dev.argyle.wire.socks.SocksFuzz;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What fuzzing found worth keeping holds: {@code fuzz/NAME.hex}, an input a line. */
@Tag("fuzz")
class CorpusTest {

  static Stream<Arguments> targets() {
    return Stream.of(
        target("socks", SocksFuzz::fuzzerTestOneInput),
        target("mass", MassFuzz::fuzzerTestOneInput),
        target("feed", FeedFuzz::fuzzerTestOneInput),
        target("bottler", BottlerFuzz::fuzzerTestOneInput),
        target("gssapi", GssapiFuzz::fuzzerTestOneInput));
  }

  private static Arguments target(String name, Consumer<byte[]> target) {
    return Arguments.of(name, target);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("targets")
  void everyInputThatWasKeptHolds(String name, Consumer<byte[]> target) throws IOException {
    List<String> inputs = inputs(name);
    assertThat(inputs).isNotEmpty();
    for (String input : inputs) {
      try {
        target.accept(HexFormat.of().parseHex(input));
      } catch (RuntimeException | Error finding) {
        throw new AssertionError("fuzz/" + name + ".hex: " + input, finding);
      }
    }
  }

  private static List<String> inputs(String name) throws IOException {
    try (InputStream file =
            Objects.requireNonNull(CorpusTest.class.getResourceAsStream("/fuzz/" + name + ".hex"));
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(file, StandardCharsets.US_ASCII))) {
      return lines.lines().filter(line -> !line.isEmpty() && !line.startsWith("#")).toList();
    }
  }
}
