package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What {@code --server} may be; {@code it/test_https.py} has the rest. */
@Tag("unit")
class ServerNameTest {

  @ParameterizedTest
  @CsvSource({
    "proxy.example:8081, proxy.example, 8081, false",
    "https://proxy.example:8443, proxy.example, 8443, true",
    "https://[2001:db8::1]:8443/, 2001:db8::1, 8443, true",
    "http://127.0.0.1:8081/, 127.0.0.1, 8081, false"
  })
  void schemeSaysWhetherTlsIsMeant(String text, String host, int port, boolean isTls)
      throws Exception {
    assertThat(ServerName.address(text)).isEqualTo(InetSocketAddress.createUnresolved(host, port));
    assertThat(ServerName.trust(text, null) != null).isEqualTo(isTls);
  }

  @ParameterizedTest
  @CsvSource({"https://proxy.example, has no port", "https:/x:1, is not", "ftp://x:1, is not"})
  void whatIsNoServerIsToldWithWhatWouldBe(String text, String words) {
    assertThatThrownBy(() -> ServerName.address(text))
        .isInstanceOf(PasswordInput.Unusable.class)
        .hasMessageStartingWith("--server: ")
        .hasMessageContaining(words);
  }

  @Test
  void fileWithoutACertificateIsToldAndOneOfPlainHttpIsRefused(@TempDir Path folder)
      throws Exception {
    Path file = Files.writeString(folder.resolve("ca.pem"), "nothing\n");
    assertThatThrownBy(() -> ServerName.trust("x:1", file))
        .hasMessage("--ca: " + file + ": has no certificate in PEM (-----BEGIN CERTIFICATE-----)");
    assertThatThrownBy(() -> ServerName.trust("x:1", folder.resolve("gone")))
        .hasMessageContaining("gone: cannot be read");
    assertThatThrownBy(() -> ServerName.check("http://x:1", file))
        .hasMessageContaining("--server https://HOST:PORT");
  }
}
