package dev.argyle.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.cli.doctor.SocketOwners.Kind;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

@Tag("unit")
@EnabledOnOs(OS.LINUX)
class SocketOwnersTest {

  private final SocketOwners owners = new SocketOwners(Path.of("/proc"));
  private final long self = ProcessHandle.current().pid();

  @Test
  void whoListensIsFoundByItsPort() throws IOException {
    InetAddress loopback = InetAddress.getLoopbackAddress();
    try (ServerSocket tcp = new ServerSocket(0, 1, loopback);
        DatagramSocket udp = new DatagramSocket(0, loopback)) {
      assertThat(owners.of(Kind.TCP, tcp.getLocalPort()))
          .extracting(SocketOwners.Owner::pid)
          .containsExactly(self);
      assertThat(owners.of(Kind.UDP, udp.getLocalPort()))
          .extracting(SocketOwners.Owner::pid)
          .containsExactly(self);
    }
  }

  @Test
  void whereProcIsMissingNobodyIsFound() {
    assertThat(new SocketOwners(Path.of("/nowhere")).of(Kind.TCP, 80)).isEmpty();
  }
}
