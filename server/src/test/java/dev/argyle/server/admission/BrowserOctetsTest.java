package dev.argyle.server.admission;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class BrowserOctetsTest {

  private static boolean begin(String octets) {
    ByteBuffer in = ByteBuffer.wrap(("x" + octets).getBytes(ISO_8859_1)).position(1);
    boolean is = BrowserOctets.begin(in);
    assertThat(in.position()).isEqualTo(1);
    return is;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: 127.0.0.1:8080\r\n\r\n",
        "POST /x HTTP/1.1\r\n",
        "OPTIONS / HTTP/1.1\r\n",
        "CONNECT example.org:443 HTTP/1.1\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        "\u0016\u0003\u0001\u0002\u0000"
      })
  void requestIsRecognisedWhereverItIsCut(String request) {
    for (int length = 1; length <= request.length(); length++) {
      assertThat(begin(request.substring(0, length))).as(request.substring(0, length)).isTrue();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "get / HTTP/1.1",
        "GETTING",
        "SSH-2.0-x",
        "\u0005\u0001",
        "\u0016\u0004",
        "XGET "
      })
  void otherOctetsAreNone(String octets) {
    assertThat(begin(octets)).isFalse();
  }
}
