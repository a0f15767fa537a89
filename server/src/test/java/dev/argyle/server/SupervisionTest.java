package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.net.UnixDatagramReceiver;
import dev.argyle.server.systemd.Notifier;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
@EnabledOnOs(OS.LINUX)
class SupervisionTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);

  @Test
  void aReloadIsToldAtItsBeginningAndAtItsEndHoweverItGoes(@TempDir Path folder)
      throws IOException {
    String address = folder + "/notify";
    try (UnixDatagramReceiver manager = new UnixDatagramReceiver(address);
        Supervision supervision = new Supervision(Notifier.to(address), () -> "serving")) {
      supervision.ready(List.of());
      assertThat(manager.receive(PATIENCE)).isEqualTo("READY=1\nSTATUS=serving");
      supervision.reload(
          () -> {
            assertThat(received(manager)).startsWith("RELOADING=1\nMONOTONIC_USEC=");
            return false;
          });
      assertThat(manager.receive(PATIENCE))
          .isEqualTo("READY=1\nSTATUS=serving; the last reload was rejected, the log says why");
      assertThatThrownBy(
              () ->
                  supervision.reload(
                      () -> {
                        throw new IllegalStateException("a bug");
                      }))
          .hasMessage("a bug");
      assertThat(manager.receive(PATIENCE)).startsWith("RELOADING=1\n");
      assertThat(manager.receive(PATIENCE)).startsWith("READY=1\n");
      supervision.reload(() -> true);
      assertThat(manager.receive(PATIENCE)).startsWith("RELOADING=1\n");
      assertThat(manager.receive(PATIENCE)).isEqualTo("READY=1\nSTATUS=serving");
      supervision.stopping(Duration.ofSeconds(10));
      assertThat(manager.receive(PATIENCE)).startsWith("STOPPING=1\n");
    }
  }

  private static String received(UnixDatagramReceiver manager) {
    try {
      return String.valueOf(manager.receive(PATIENCE));
    } catch (IOException failed) {
      throw new AssertionError(failed);
    }
  }
}
