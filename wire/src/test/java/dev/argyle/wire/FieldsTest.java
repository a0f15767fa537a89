package dev.argyle.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class FieldsTest {

  private static ByteBuffer in(String octets) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(octets));
  }

  @Property
  void numbersAreInNetworkOrderWhateverTheBuffersOrderIs(
      @ForAll @IntRange(min = 1, max = 8) int size, @ForAll long value) {
    long fitting = size == 8 ? value : value & ((1L << (8 * size)) - 1);
    ByteBuffer buffer = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
    Fields.put(buffer, fitting, size);

    assertThat(buffer.hasRemaining()).isFalse();
    assertThat(buffer.get(size - 1)).as("the lowest comes last").isEqualTo((byte) fitting);
    assertThat(new Fields(buffer.flip()).unsigned(size)).isEqualTo(fitting);
  }

  @Test
  void fieldsComeOneAfterTheOther() {
    ByteBuffer in = in("FF 0102 01 03616E61 02 0506 01 04 01C0000201 0050 77".replace(" ", ""));
    Fields fields = new Fields(in);

    assertThat(fields.octet()).isEqualTo(0xFF);
    assertThat(fields.unsigned(2)).isEqualTo(0x0102);
    assertThat(fields.onOff()).isTrue();
    assertThat(fields.asciiName()).isEqualTo(UserName.of("ana"));
    assertThat(fields.password()).isEqualTo(new Password(new byte[] {5, 6}));
    assertThat(fields.counted()).containsExactly(4);
    assertThat(fields.destination()).hasToString("192.0.2.1:80");
    assertThat(fields.missing() || fields.bad()).isFalse();
    assertThat(in.remaining()).as("the next message's").isEqualTo(1);
  }

  /** Else a field that is not there would be made of what belongs to the next. */
  @Test
  void behindAMissingFieldNothingIsRead() {
    Fields fields = new Fields(in("0561626301"));

    assertThat(fields.name()).isNull();
    assertThat(fields.missing()).isTrue();
    assertThat(fields.octet()).isNull();
    assertThat(fields.unsigned(1)).isNull();
    assertThat(fields.onOff()).isNull();
    assertThat(fields.counted()).isNull();
    assertThat(fields.names(1)).isNull();
    assertThat(fields.destination()).isNull();
    assertThat(fields.bad()).as("it may be right when it comes").isFalse();
  }

  @Test
  void behindABadFieldTheNextOneIsRead() {
    Fields fields = new Fields(in("00" + "0180" + "02" + "07"));

    assertThat(fields.name()).isNull();
    assertThat(fields.asciiName()).isNull();
    assertThat(fields.onOff()).isNull();
    assertThat(fields.octet()).isEqualTo(7);
    assertThat(fields.bad()).isTrue();
    assertThat(fields.missing()).isFalse();
  }

  @ParameterizedTest(name = "password {0}")
  @ValueSource(strings = {"00", "0180", "0461626380"})
  void aPasswordThatIsEmptyOrNotAsciiIsBad(String octets) {
    Fields fields = new Fields(in(octets));

    assertThat(fields.password()).isNull();
    assertThat(fields.bad()).isTrue();
  }

  @ParameterizedTest(name = "destination {0}")
  @ValueSource(strings = {"02", "00", "0300", "FF0102"})
  void whatFollowsADestinationOfAnUnknownTypeIsLost(String octets) {
    Fields fields = new Fields(in(octets));

    assertThat(fields.destination()).isNull();
    assertThat(fields.bad()).isTrue();
    assertThat(fields.missing()).isTrue();
    assertThat(fields.octet()).isNull();
  }

  @Test
  void aMillionNamesThatAreOnlyPromisedTakeNoMemory() {
    Fields fields = new Fields(in("0161"));

    assertThat(fields.names(Long.MAX_VALUE)).isNull();
    assertThat(fields.missing()).isTrue();
    assertThat(new Fields(in("")).names(0)).isEqualTo(List.of());
  }

  @Test
  void whateverWasReadTheBufferIsPutBackToWhereItBegan() {
    ByteBuffer in = in("AA0102030405").position(1);
    Fields fields = new Fields(in);
    fields.unsigned(4);

    assertThat(fields.<Integer, Void>needMore()).isEqualTo(Decoded.needMore());
    assertThat(in.position()).isEqualTo(1);
    fields.octet();
    assertThat(fields.<Integer, String>malformed("no", "because"))
        .isEqualTo(new Decoded.Malformed<>("no", "because"));
    assertThat(in.position()).isEqualTo(1);
  }

  @Test
  void aMessageIsMadeOfAllItsFieldsOrNot() {
    String there = "a";
    @Nullable String absent = null;

    assertThat(Fields.<String, String>made(there, one -> one + "!")).isEqualTo("a!");
    assertThat(Fields.<String, String>made(absent, one -> one + "!")).isNull();
    assertThat(Fields.<String, String, String>made(there, "b", String::concat)).isEqualTo("ab");
    assertThat(Fields.<String, String, String>made(there, absent, String::concat)).isNull();
    assertThat(Fields.<String, String, String>made(absent, there, String::concat)).isNull();
  }

  @Property
  void whatFitsIsTakenAndWhatDoesNotIsOurMistake(
      @ForAll @IntRange(min = 1, max = 7) int size, @ForAll @LongRange long value) {
    if (value >= 0 && value >> (8 * size) == 0) {
      assertThat(Fields.fitting("it", value, size)).isEqualTo(value);
    } else {
      assertThatThrownBy(() -> Fields.fitting("it", value, size))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("it is 0 to ");
    }
  }

  @Property
  void aCounterStopsAtTheGreatestThatFits(
      @ForAll @IntRange(min = 1, max = 7) int size, @ForAll @LongRange(min = 0) long value) {
    long saturated = Fields.saturated("it", value, size);

    assertThat(Fields.fitting("it", saturated, size)).isEqualTo(saturated);
    assertThat(saturated).isLessThanOrEqualTo(value);
    if (saturated < value) {
      assertThatThrownBy(() -> Fields.fitting("it", saturated + 1, size))
          .isInstanceOf(IllegalArgumentException.class);
    }
  }

  @Test
  void aCounterIsNeverNegative() {
    assertThatThrownBy(() -> Fields.saturated("it", -1, 4))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
