package dev.argyle.wire.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.gssapi.SealedHeader.Sender;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Random;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import net.jqwik.api.Assume;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Against tokens that are made here, step by step as the RFCs describe it. */
@Tag("property")
@net.jqwik.api.Tag("property")
class SealedHeaderTest {

  private static final int HEADER = 16;

  /** An encryption type: of RFC 3962 or RFC 8009. */
  private record Type(int number, int keyOctets, int checksumOctets) {}

  private static final Type[] TYPES = {
    new Type(17, 16, 12), new Type(18, 32, 12), new Type(19, 16, 16), new Type(20, 32, 24)
  };

  private static byte[] random(Random random, int octets) {
    byte[] made = new byte[octets];
    random.nextBytes(made);
    return made;
  }

  /** RFC 3961, section 5.1: copies, each rotated by 13 bits more, added with end-around carry. */
  private static byte[] folded(byte[] in, int octets) {
    int copies = lcm(in.length, octets) / in.length;
    boolean[] bits = new boolean[copies * in.length * 8];
    for (int copy = 0; copy < copies; copy++) {
      for (int bit = 0; bit < in.length * 8; bit++) {
        int from = Math.floorMod(bit - 13 * copy, in.length * 8);
        bits[copy * in.length * 8 + bit] = (in[from / 8] >> (7 - from % 8) & 1) == 1;
      }
    }
    int[] sum = new int[octets];
    for (int at = 0; at < bits.length; at++) {
      sum[at / 8 % octets] += bits[at] ? 1 << (7 - at % 8) : 0;
    }
    for (int turn = 0; turn < 2; turn++) {
      int carry = 0;
      for (int i = octets - 1; i >= 0; i--) {
        int octet = sum[i] + carry;
        sum[i] = octet & 0xFF;
        carry = octet >> 8;
      }
      sum[octets - 1] += carry;
    }
    byte[] folded = new byte[octets];
    for (int i = 0; i < octets; i++) {
      folded[i] = (byte) sum[i];
    }
    return folded;
  }

  private static int lcm(int a, int b) {
    int multiple = a;
    while (multiple % b != 0) {
      multiple += a;
    }
    return multiple;
  }

  private static byte[] encryptionKey(Type type, byte[] base, int usage)
      throws GeneralSecurityException {
    byte[] constant = {0, 0, 0, (byte) usage, (byte) 0xAA};
    if (type.number() <= 18) { // RFC 3961, section 5.3
      Cipher aes = Cipher.getInstance("AES/ECB/NoPadding");
      aes.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(base, "AES"));
      byte[] first = aes.doFinal(folded(constant, 16));
      byte[] second = aes.doFinal(first);
      byte[] both = ByteBuffer.allocate(32).put(first).put(second).array();
      return Arrays.copyOf(both, type.keyOctets());
    }
    String algorithm = type.number() == 19 ? "HmacSHA256" : "HmacSHA384"; // RFC 8009, section 3
    Mac mac = Mac.getInstance(algorithm);
    mac.init(new SecretKeySpec(base, algorithm));
    mac.update(new byte[] {0, 0, 0, 1});
    mac.update(constant);
    mac.update(ByteBuffer.allocate(5).putInt(1, type.keyOctets() * 8).array());
    return Arrays.copyOf(mac.doFinal(), type.keyOctets());
  }

  /** RFC 4121, section 4.2.4; the checksum is noise: unwrapping has looked at it. */
  private static byte[] token(Type type, byte[] base, int usage, int payload, int turn, Random dice)
      throws GeneralSecurityException {
    byte[] header =
        ByteBuffer.allocate(HEADER)
            .putShort((short) 0x0504)
            .put((byte) (usage == 22 ? 3 : 2))
            .put((byte) 0xFF)
            .putInt(0)
            .putLong(dice.nextLong())
            .array();
    Cipher aes = Cipher.getInstance("AES/CTS/NoPadding");
    aes.init(
        Cipher.ENCRYPT_MODE,
        new SecretKeySpec(encryptionKey(type, base, usage), "AES"),
        new IvParameterSpec(new byte[16]));
    byte[] confounder = random(dice, 16);
    byte[] plain =
        ByteBuffer.allocate(16 + payload + HEADER)
            .put(confounder)
            .put(random(dice, payload))
            .put(header)
            .array();
    byte[] behind =
        ByteBuffer.allocate(plain.length + type.checksumOctets())
            .put(aes.doFinal(plain))
            .put(random(dice, type.checksumOctets()))
            .array();
    ByteBuffer token = ByteBuffer.allocate(HEADER + behind.length);
    token.put(header).putShort(6, (short) turn);
    for (int i = 0; i < behind.length; i++) {
      token.put(HEADER + (i + turn) % behind.length, behind[i]);
    }
    return token.array();
  }

  private static int usage(Sender sender) {
    return sender == Sender.INITIATOR ? 24 : 22; // RFC 4121, section 2
  }

  @Property(tries = 200)
  void theHeaderInsideIsFoundHoweverTheTokenIsRotated(
      @ForAll @IntRange(max = 3) int which,
      @ForAll Sender sender,
      @ForAll @IntRange(max = 600) int payload,
      @ForAll @IntRange(max = 700) int turn,
      @ForAll Random dice)
      throws Exception {
    Type type = TYPES[which];
    byte[] base = random(dice, type.keyOctets());
    byte[] token = token(type, base, usage(sender), payload, turn, dice);

    assertThat(SealedHeader.isExpectedIn(token)).isTrue();
    assertThat(SealedHeader.of(base, type.number(), sender).isIn(token)).isTrue();
  }

  @Property(tries = 100)
  void anotherNumberOrFlagIsNoticed(
      @ForAll @IntRange(max = 3) int which,
      @ForAll Sender sender,
      @ForAll @IntRange(max = 15) int at,
      @ForAll @IntRange(min = 1, max = 255) int change,
      @ForAll Random dice)
      throws Exception {
    Assume.that(at < 6 || at > 7); // the rotation, which is not sealed
    Type type = TYPES[which];
    byte[] base = random(dice, type.keyOctets());
    byte[] token = token(type, base, usage(sender), dice.nextInt(100), 0, dice);
    token[at] ^= (byte) change;

    assertThat(SealedHeader.of(base, type.number(), sender).isIn(token)).isFalse();
  }

  @Property(tries = 50)
  void whatTheOtherSideWrappedIsNotTaken(
      @ForAll @IntRange(max = 3) int which, @ForAll Sender sender, @ForAll Random dice)
      throws Exception {
    Type type = TYPES[which];
    byte[] base = random(dice, type.keyOctets());
    byte[] reflected = token(type, base, 24 + 22 - usage(sender), dice.nextInt(100), 0, dice);

    assertThat(SealedHeader.of(base, type.number(), sender).isIn(reflected)).isFalse();
  }

  @Property(tries = 200)
  void noOctetsMakeItThrow(
      @ForAll @IntRange(max = 3) int which, @ForAll Sender sender, @ForAll byte[] behind)
      throws Exception {
    Type type = TYPES[which];
    byte[] token = ByteBuffer.allocate(HEADER + behind.length).putShort((short) 0x0504).array();
    System.arraycopy(behind, 0, token, HEADER, behind.length);

    SealedHeader.of(new byte[type.keyOctets()], type.number(), sender).isIn(token);
  }

  @Test
  void aTokenWithoutTheHeaderIsNotExpectedToHaveOne() {
    assertThat(SealedHeader.isExpectedIn(new byte[] {0x05, 0x04})).isFalse();
    assertThat(SealedHeader.isExpectedIn(new byte[16])).isFalse();
  }

  @Test
  void otherEncryptionTypesAreABug() {
    assertThatThrownBy(() -> SealedHeader.of(new byte[16], 23, Sender.INITIATOR))
        .isInstanceOf(IllegalStateException.class);
  }
}
