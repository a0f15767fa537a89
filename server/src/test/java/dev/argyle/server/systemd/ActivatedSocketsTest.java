package dev.argyle.server.systemd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class ActivatedSocketsTest {

  private static List<Integer> of(String count, String pid, String names) {
    return ActivatedSockets.of(
        Map.of("LISTEN_FDS", count, "LISTEN_PID", pid, "LISTEN_FDNAMES", names), 7);
  }

  @Test
  void theyBeginAtDescriptorThreeAndAreNamedOrHaveTheUnitsName() {
    assertThat(of("2", "7", "socks:socks")).containsExactly(3, 4);
    assertThat(of("3", "7", "argyle.socket:unknown")).containsExactly(3, 4, 5);
    assertThat(of("0", "7", "")).isEmpty();
    assertThat(ActivatedSockets.of(Map.of("LISTEN_FDS", "1", "LISTEN_PID", "7"), 7))
        .containsExactly(3);
  }

  @Test
  void thoseOfAnotherProcessAreNotOurs() {
    assertThat(of("1", "8", "socks")).isEmpty();
    assertThat(ActivatedSockets.of(Map.of("LISTEN_FDS", "1"), 7)).isEmpty();
    assertThat(ActivatedSockets.of(Map.of(), 7)).isEmpty();
  }

  @Test
  void aSocketForSomethingElseAndAWrongCountAreErrors() {
    assertThatThrownBy(() -> of("2", "7", "socks:web"))
        .hasMessageContaining("\"web\"")
        .hasMessageContaining("FileDescriptorName=socks");
    for (String wrong : List.of("-1", "257", "two", "99999999999")) {
      assertThatThrownBy(() -> of(wrong, "7", "socks")).hasMessageContaining("from 0 to 256");
    }
    assertThat(of("256", "7", "")).hasSize(256);
  }
}
