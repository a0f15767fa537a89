package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.Protection;
import java.util.Arrays;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What passes between a sealed client and us, with keys of a real KDC. */
@Tag("play")
class SealTest {

  private record Pair(Initiator client, Seal server) {}

  private static Pair agreed(Protection level, boolean watchesOrder) throws Exception {
    Initiator client = Initiator.of("ana", "rcmd/localhost@ARGYLE.TEST", watchesOrder);
    Seal seal = client.agree(Initiator.service(false, level).negotiation(), level.ordinal()).seal();
    return new Pair(client, Objects.requireNonNull(seal));
  }

  private static Pair agreed() throws Exception {
    return agreed(Protection.CONFIDENTIALITY, true);
  }

  private static byte[] random(int octets) {
    byte[] random = new byte[octets];
    new Random(octets).nextBytes(random);
    return random;
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void fullFrameIsTheLongestThatFits(Protection level) throws Exception {
    Pair pair = agreed(level, true);
    int most = pair.server().maxPlainOctets();
    byte[] plain = random(most);
    byte[] token = pair.server().wrap(plain, 0, most);
    assertThat(token.length).isBetween(65_000, GssapiFrame.MAX_TOKEN_OCTETS);
    assertThat(pair.client().unwrap(token)).isEqualTo(plain);
    assertThat(pair.server().unwrap(pair.client().wrap(true, plain))).isEqualTo(plain);
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 17, 1000})
  void everyLengthPasses(int length) throws Exception {
    Pair pair = agreed();
    byte[] plain = random(length);
    assertThat(pair.server().unwrap(pair.client().wrap(true, plain))).isEqualTo(plain);
    assertThat(pair.client().unwrap(pair.server().wrap(plain, 0, length))).isEqualTo(plain);
  }

  @Test
  void whatIsNotEncryptedIsRefusedWhereThatWasAgreed() throws Exception {
    byte[] plain = random(10);
    Pair both = agreed();
    byte[] open = both.client().wrap(false, plain);
    assertThatThrownBy(() -> both.server().unwrap(open)).isInstanceOf(SealBroken.class);
    for (Protection level : new Protection[] {Protection.INTEGRITY, Protection.SELECTIVE}) {
      Pair pair = agreed(level, true);
      assertThat(pair.server().unwrap(pair.client().wrap(false, plain))).isEqualTo(plain);
      assertThat(pair.server().unwrap(pair.client().wrap(true, plain))).isEqualTo(plain);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "NONE", mode = EnumSource.Mode.EXCLUDE)
  void everyChangedOctetIsNoticed(Protection level) throws Exception {
    Pair pair = agreed(level, true);
    byte[] token = pair.client().wrap(level != Protection.INTEGRITY, random(20));
    for (int at = 0; at < token.length; at++) {
      if (at == 6 || at == 7) {
        continue; // the rotation, which is not protected: another one that fits changes nothing
      }
      byte[] changed = token.clone();
      changed[at] ^= 1;
      assertThatThrownBy(() -> pair.server().unwrap(changed))
          .as("octet %d", at)
          .isInstanceOf(SealBroken.class);
    }
  }

  @Test
  void whateverComesIsAtWorstBroken() throws Exception {
    Pair pair = agreed();
    byte[] token = pair.client().wrap(true, random(100));
    Random random = new Random(1);
    for (int round = 0; round < 2000; round++) {
      byte[] any = Arrays.copyOf(token, random.nextInt(token.length));
      for (int i = random.nextInt(4); i > 0 && any.length > 0; i--) {
        any[random.nextInt(Math.min(any.length, 24))] = (byte) random.nextInt();
      }
      assertThatThrownBy(() -> pair.server().unwrap(any)).isInstanceOf(SealBroken.class);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void repeatedOvertakingAndMissingMessagesAreNoticed(boolean watchesOrder) throws Exception {
    Pair repeated = agreed(Protection.CONFIDENTIALITY, watchesOrder);
    byte[] first = repeated.client().wrap(true, random(3));
    repeated.server().unwrap(first);
    assertThatThrownBy(() -> repeated.server().unwrap(first)).isInstanceOf(SealBroken.class);

    Pair missing = agreed(Protection.CONFIDENTIALITY, watchesOrder);
    byte[] lost = missing.client().wrap(true, random(3));
    byte[] next = missing.client().wrap(true, random(4));
    assertThatThrownBy(() -> missing.server().unwrap(next)).isInstanceOf(SealBroken.class);
    assertThat(lost).isNotEqualTo(next);
  }

  @Test
  void ourOwnMessagesSentBackAreRefused() throws Exception {
    Pair pair = agreed();
    byte[] ours = pair.server().wrap(random(9), 0, 9);
    assertThatThrownBy(() -> pair.server().unwrap(ours)).isInstanceOf(SealBroken.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void datagramsMayBeLostAndOvertakeEachOtherButComeOnce(boolean watchesOrder) throws Exception {
    Pair pair = agreed(Protection.INTEGRITY, watchesOrder);
    byte[][] tokens = new byte[10][];
    for (int i = 0; i < tokens.length; i++) {
      tokens[i] = pair.client().wrap(false, (byte) i);
    }
    for (int i : new int[] {0, 3, 1, 9, 4}) {
      assertThat(pair.server().unwrapDatagram(tokens[i])).containsExactly(i);
      assertThatThrownBy(() -> pair.server().unwrapDatagram(tokens[i]))
          .isInstanceOf(SealBroken.class);
    }
  }

  @Test
  void levelInATokenOfAnOldEncryptionTypeIsRefused() {
    assertThatThrownBy(() -> TransparentSeal.make().unwrapLevel(TransparentSeal.token(new byte[1])))
        .isInstanceOf(SealBroken.class)
        .hasMessageContaining("too old");
  }
}
