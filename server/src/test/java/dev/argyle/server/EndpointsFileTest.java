package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class EndpointsFileTest {

  private static final List<InetSocketAddress> SOCKS =
      List.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 1080));

  @TempDir Path data;

  @Test
  void symbolicLinkInPlaceOfThePartIsNotFollowed() throws Exception {
    Path precious = Files.writeString(data.resolve("precious"), "as it was");
    Files.createSymbolicLink(data.resolve("endpoints.json.new"), precious);
    Path file = data.resolve("endpoints.json");
    try (EndpointsFile endpoints = EndpointsFile.absent(data)) {
      endpoints.write(SOCKS, Map.of());
      assertThat(precious).hasContent("as it was");
      assertThat(Files.isSymbolicLink(file)).isFalse();
      assertThat(Files.readString(file)).contains("\"socks\":[\"127.0.0.1:1080\"]");
      assertThat(Files.getPosixFilePermissions(file))
          .as("whatever the umask is")
          .doesNotContain(PosixFilePermission.GROUP_WRITE, PosixFilePermission.OTHERS_WRITE);
    }
    assertThat(file).doesNotExist();
  }

  @Test
  void whatAKilledServerHasLeftIsRemovedAtOnce() throws Exception {
    Path file = Files.writeString(data.resolve("endpoints.json"), "{}");
    Path certificate = Files.writeString(data.resolve("http-certificate.pem"), "of another server");
    try (EndpointsFile _ = EndpointsFile.absent(data)) {
      assertThat(file).doesNotExist();
      assertThat(certificate).as("it would be trusted").doesNotExist();
    }
  }
}
