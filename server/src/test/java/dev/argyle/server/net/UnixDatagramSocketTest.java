package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
@EnabledOnOs(OS.LINUX)
class UnixDatagramSocketTest {

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final byte[] MESSAGE = "READY=1".getBytes(StandardCharsets.UTF_8);

  @Test
  void aDatagramArrivesWholeAtAPathAndAtAnAbstractName(@TempDir Path folder) throws IOException {
    for (String address : List.of(folder + "/notify ü", "@argyle-" + UUID.randomUUID())) {
      try (UnixDatagramReceiver manager = new UnixDatagramReceiver(address);
          UnixDatagramSocket socket = UnixDatagramSocket.to(address)) {
        assertThat(socket.send(MESSAGE)).isEqualTo(MESSAGE.length);
        assertThat(manager.receive(PATIENCE)).isEqualTo("READY=1");
      }
    }
  }

  @Test
  void whoIsNotThereOrDoesNotReadIsAnErrnoAndNoException(@TempDir Path folder) throws IOException {
    String address = folder + "/notify";
    try (UnixDatagramSocket socket = UnixDatagramSocket.to(address, Duration.ofMillis(20))) {
      assertThat(socket.send(MESSAGE)).isEqualTo(-Errno.ENOENT);
      try (UnixDatagramReceiver _ = new UnixDatagramReceiver(address)) {
        int answer = MESSAGE.length;
        for (int i = 0; i < 100_000 && answer > 0; i++) {
          answer = socket.send(MESSAGE);
        }
        assertThat(answer).as("a queue that nobody reads").isEqualTo(-Errno.EAGAIN);
      }
      assertThat(socket.send(MESSAGE)).isEqualTo(-Errno.ECONNREFUSED);
    }
  }

  @Test
  void afterItsEndNothingIsSent(@TempDir Path folder) throws IOException {
    UnixDatagramSocket socket = UnixDatagramSocket.to(folder + "/notify");
    socket.close();
    socket.close();
    assertThat(socket.send(MESSAGE)).isEqualTo(-Errno.EBADF);
  }

  @Test
  void anAddressHasItsBounds() {
    String longest = "/" + "x".repeat(UnixDatagramSocket.MAX_ADDRESS_OCTETS - 1);
    assertThat(UnixDatagramSocket.encoded(longest)).hasSize(110).endsWith('x', 0);
    assertThat(UnixDatagramSocket.encoded("@" + longest)).hasSize(110).endsWith('x');
    for (String wrong : List.of(longest + "x", "@" + longest + "x", "@", "relative", "vsock:2:9")) {
      assertThatThrownBy(() -> UnixDatagramSocket.to(wrong))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void programsThatAreStartedDoNotInheritIt(@TempDir Path folder) throws IOException {
    try (UnixDatagramSocket socket = UnixDatagramSocket.to(folder + "/notify")) {
      Path info = Path.of("/proc/self/fdinfo", Integer.toString(socket.descriptor()));
      assertThat(Files.readString(info)).containsPattern("flags:\\s+02\\d{6}\\b"); // O_CLOEXEC
    }
  }
}
