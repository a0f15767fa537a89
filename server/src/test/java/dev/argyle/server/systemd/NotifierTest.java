package dev.argyle.server.systemd;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.UnixDatagramReceiver;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
@EnabledOnOs(OS.LINUX)
class NotifierTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void eachStateIsADatagramAtAPathOrAnAbstractName(@TempDir Path folder) throws IOException {
    for (String address : List.of(folder + "/notify", "@argyle-" + UUID.randomUUID())) {
      try (UnixDatagramReceiver manager = new UnixDatagramReceiver(address);
          Notifier notifier = Notifier.to(address)) {
        notifier.ready("SOCKS 5 on 127.0.0.1:1080");
        assertThat(manager.receive(PATIENCE))
            .isEqualTo("READY=1\nSTATUS=SOCKS 5 on 127.0.0.1:1080");
        notifier.alive("serving");
        assertThat(manager.receive(PATIENCE)).isEqualTo("WATCHDOG=1\nSTATUS=serving");
        notifier.stopping(Duration.ofSeconds(90));
        assertThat(String.valueOf(manager.receive(PATIENCE)).lines())
            .startsWith("STOPPING=1", "EXTEND_TIMEOUT_USEC=100000000");
      }
    }
  }

  @Test
  void aReloadHasTheMonotonicTimeOfItsBeginning(@TempDir Path folder) throws IOException {
    String address = folder + "/notify";
    try (UnixDatagramReceiver manager = new UnixDatagramReceiver(address);
        Notifier notifier = Notifier.to(address)) {
      long before = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
      notifier.reloading();
      long after = TimeUnit.NANOSECONDS.toMicros(System.nanoTime());
      List<String> lines = String.valueOf(manager.receive(PATIENCE)).lines().toList();
      assertThat(lines.getFirst()).isEqualTo("RELOADING=1");
      assertThat(lines.get(1)).startsWith("MONOTONIC_USEC=");
      assertThat(Long.parseLong(lines.get(1).substring("MONOTONIC_USEC=".length())))
          .isBetween(before, after);
    }
  }

  @Test
  void withoutAManagerOrWithOneThatCannotBeReachedNothingHappens(@TempDir Path folder) {
    try (Notifier none = Notifier.to(null);
        Notifier empty = Notifier.to("");
        Notifier elsewhere = Notifier.to("vsock:2:1234");
        Notifier gone = Notifier.to(folder + "/nobody")) {
      for (Notifier notifier : List.of(none, empty, elsewhere, gone)) {
        notifier.ready("serving");
        notifier.stopping(Duration.ZERO);
      }
      assertThat(List.of(none.isOn(), empty.isOn(), elsewhere.isOn(), gone.isOn()))
          .containsExactly(false, false, false, true);
    }
  }
}
