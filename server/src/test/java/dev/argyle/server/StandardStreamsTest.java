package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counters;
import java.io.PrintStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class StandardStreamsTest {

  @Test
  void theProcessHasItsOwnStreamsBackInTheEnd() {
    PrintStream out = System.out;
    PrintStream err = System.err;
    try (StandardStreams _ = StandardStreams.takeOver(new Counters())) {
      assertThat(System.out).isNotSameAs(out);
      assertThat(System.err).isNotSameAs(err);
    }
    assertThat(System.out).isSameAs(out);
    assertThat(System.err).isSameAs(err);
  }
}
