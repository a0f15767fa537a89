package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class KeyedDigestTest {

  private static byte[] ours(KeyedDigest keyed, byte[] message) {
    MessageDigest digest = keyed.begin();
    digest.update(message);
    return keyed.end(digest);
  }

  /** RFC 4231, test case 2. */
  @Test
  void itIsTheHmacOfTheRfc() {
    byte[] key = "Jefe".getBytes(StandardCharsets.US_ASCII);
    byte[] message = "what do ya want for nothing?".getBytes(StandardCharsets.US_ASCII);
    assertThat(HexFormat.of().formatHex(ours(new KeyedDigest(key), message)))
        .isEqualTo("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  }

  @Test
  void itIsTheJdksHmacForEveryLengthAndIsUsedManyTimes() throws GeneralSecurityException {
    Random random = new Random(111);
    for (int octets = 1; octets <= 64; octets++) {
      byte[] key = new byte[octets];
      random.nextBytes(key);
      KeyedDigest keyed = new KeyedDigest(key);
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      for (int turn = 0; turn < 20; turn++) {
        byte[] message = new byte[random.nextInt(600)];
        random.nextBytes(message);
        assertThat(ours(keyed, message)).isEqualTo(mac.doFinal(message));
      }
    }
  }

  @Test
  void aKeyThatWouldNeedToBeHashedOrThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new KeyedDigest(new byte[65]))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new KeyedDigest(new byte[0]))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
