package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.socks.Credentials;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class SessionSuffixTest {

  private static SessionSuffix of(String login) {
    byte[] name = login.getBytes(StandardCharsets.UTF_8);
    return SessionSuffix.of(new Credentials(name, new byte[] {'p'}));
  }

  private static String name(SessionSuffix parted) {
    return new String(parted.credentials().user(), StandardCharsets.UTF_8);
  }

  @Test
  void nameAndSessionAreParted() {
    SessionSuffix parted = of("jos\u00e9+session=a1.B-c_9");
    assertThat(name(parted)).isEqualTo("jos\u00e9");
    assertThat(parted.session()).isEqualTo("a1.B-c_9");
    assertThat(parted.credentials().password()).containsExactly('p');
    assertThat(of("a+b+session=" + "x".repeat(64)).session()).hasSize(64);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ana",
        "ana+session=",
        "+session=a",
        "ana+session=a b",
        "ana+session=a\n",
        "ana+sessions=a"
      })
  void whatDoesNotEndInASessionIsANameAsAWhole(String login) {
    assertThat(name(of(login))).isEqualTo(login);
    assertThat(of(login).session()).isNull();
  }

  @Test
  void sessionThatIsTooLongIsPartOfTheName() {
    assertThat(of("ana+session=" + "x".repeat(65)).session()).isNull();
  }
}
