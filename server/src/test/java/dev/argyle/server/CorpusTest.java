package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.dial.DnsReadingFuzz;
import dev.argyle.server.dissect.DissectionFuzz;
import dev.argyle.server.manage.http.HttpReadingFuzz;
import dev.argyle.server.session.HandshakeFuzz;
import dev.argyle.server.session.ProxyHeaderFuzz;
import dev.argyle.server.session.gssapi.FramesFuzz;
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
        target("dissection", DissectionFuzz::fuzzerTestOneInput),
        target("handshake", HandshakeFuzz::fuzzerTestOneInput),
        target("frames", FramesFuzz::fuzzerTestOneInput),
        target("proxyheader", ProxyHeaderFuzz::fuzzerTestOneInput),
        target("dnsreading", DnsReadingFuzz::fuzzerTestOneInput),
        target("httpreading", HttpReadingFuzz::fuzzerTestOneInput));
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
