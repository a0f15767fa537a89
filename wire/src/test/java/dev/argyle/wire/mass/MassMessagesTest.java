package dev.argyle.wire.mass;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.Arbitrarily;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.ReaderContract;
import dev.argyle.wire.UserName;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Collections;
import java.util.HexFormat;
import java.util.Objects;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class MassMessagesTest {

  private static final ReaderContract<MassGreeting, MassChoice> GREETING =
      new ReaderContract<>(MassGreeting::read);
  private static final ReaderContract<MassChoice, Void> CHOICE =
      new ReaderContract<>(MassChoice::read);
  private static final ReaderContract<MassRequest, MassReply> REQUEST =
      new ReaderContract<>(MassRequest::read);

  private static ReaderContract<MassReply, Void> replyTo(MassIndex index, ByteOrder order) {
    MassRequest request =
        index.isRead() ? new MassRequest.Read(index) : new MassRequest.DisableDissectors(true);
    return new ReaderContract<>(in -> MassReply.read(in, request, order));
  }

  @Property
  void greetingIsReadAsItWasWritten(
      @ForAll("greetings") MassGreeting message, @ForAll byte[] trailing) {
    GREETING.holdsFor(message, message.octets(), trailing);
  }

  @Property
  void choiceIsReadAsItWasWritten(@ForAll MassChoice message, @ForAll byte[] trailing) {
    CHOICE.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 300)
  void requestIsReadAsItWasWritten(
      @ForAll("requests") MassRequest message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    REQUEST.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 300)
  void replyIsReadAsItWasWritten(@ForAll("replies") MassReply message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    MassIndex index =
        switch (message) {
          case MassReply.Failure failure -> MassIndex.ADD_USER;
          case MassReply.Done done -> MassIndex.DISABLE_DISSECTORS;
          case MassReply.Indexes indexes -> MassIndex.INDEXES;
          case MassReply.Users users -> MassIndex.ACTIVE_USERS;
          case MassReply.Count count -> MassIndex.HISTORIC_OCTETS;
        };
    ByteOrder order =
        message instanceof MassReply.Count count ? count.order() : ByteOrder.BIG_ENDIAN;
    replyTo(index, order).holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 1000)
  void anyOctetsDecodeOrWantMoreOrAreATypedError(@ForAll("octets") byte[] octets) {
    GREETING.holdsForAnything(octets);
    CHOICE.holdsForAnything(octets);
    REQUEST.holdsForAnything(octets);
    for (MassIndex index : MassIndex.values()) {
      replyTo(index, ByteOrder.LITTLE_ENDIAN).holdsForAnything(octets);
    }
  }

  @Provide
  Arbitrary<MassGreeting> greetings() {
    return Arbitraries.of(MassMethod.class).set().ofMinSize(1).map(MassGreeting::new);
  }

  @Provide
  Arbitrary<MassRequest> requests() {
    return Arbitraries.oneOf(
        Arbitraries.of(MassIndex.class).filter(MassIndex::isRead).map(MassRequest.Read::new),
        Combinators.combine(Arbitrarily.asciiNames(255), Arbitrarily.passwords(255))
            .as(MassRequest.AddUser::new),
        Arbitrarily.asciiNames(255).map(MassRequest.DeleteUser::new),
        Arbitraries.of(true, false).map(MassRequest.DisableAuthentication::new),
        Arbitraries.of(true, false).map(MassRequest.DisableDissectors::new));
  }

  @Provide
  Arbitrary<MassReply> replies() {
    Arbitrary<MassReply> failures =
        Arbitraries.of(MassStatus.class)
            .filter(status -> status != MassStatus.SUCCESS)
            .map(MassReply.Failure::new);
    return Arbitraries.oneOf(
        failures,
        Arbitraries.just(new MassReply.Done()),
        Arbitraries.of(MassIndex.class).set().map(MassReply.Indexes::new),
        Arbitrarily.userNames().list().ofMaxSize(8).map(MassReply.Users::new),
        Combinators.combine(
                Arbitrarily.numbers(),
                Arbitraries.of(ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN))
            .as(MassReply.Count::new));
  }

  @Provide
  Arbitrary<byte[]> octets() {
    return Arbitraries.oneOf(
        Arbitrarily.likelyOctets(40),
        Arbitrarily.damaged(greetings()),
        Arbitrarily.damaged(requests()),
        Arbitrarily.damaged(replies()));
  }

  @ParameterizedTest(name = "request {0} is answered {1}")
  @CsvSource({
    "0E, 02",
    "FF, 02",
    "0A00, 01",
    "0A0180, 01",
    "0A016100, 01",
    "0A016101FF, 01",
    "0B00, 01",
    "0B0361F162, 01"
  })
  void requestIsRefusedAsSoonAsItCannotBeRight(String octets, String status) {
    Decoded<MassRequest, MassReply> decoded =
        MassRequest.read(ByteBuffer.wrap(HexFormat.of().parseHex(octets)));
    MassStatus expected = MassStatus.of(Integer.parseInt(status, 16));
    assertThat(decoded)
        .isInstanceOfSatisfying(
            Decoded.Malformed.class,
            malformed ->
                assertThat(malformed.answer())
                    .isEqualTo(new MassReply.Failure(Objects.requireNonNull(expected))));
  }

  @Test
  void anyValueButZeroTurnsOff() {
    assertThat(MassRequest.read(ByteBuffer.wrap(new byte[] {0x0C, (byte) 0xFF})))
        .isEqualTo(new Decoded.Message<>(new MassRequest.DisableAuthentication(true)));
    assertThat(MassRequest.read(ByteBuffer.wrap(new byte[] {0x0C, 0})))
        .isEqualTo(new Decoded.Message<>(new MassRequest.DisableAuthentication(false)));
  }

  @Test
  void greetingOfAnotherVersionOrWithoutMethodsIsAnsweredNoneAcceptable() {
    for (String octets : new String[] {"05", "FEED", "0100"}) {
      assertThat(MassGreeting.read(ByteBuffer.wrap(HexFormat.of().parseHex(octets))))
          .isInstanceOfSatisfying(
              Decoded.Malformed.class,
              malformed -> assertThat(malformed.answer()).isEqualTo(MassChoice.NONE_ACCEPTABLE));
    }
  }

  @Test
  void counterThatNoLongerFitsSaturates() {
    MassReply most = new MassReply.Count(0xFFFF_FFFFL, ByteOrder.BIG_ENDIAN);
    assertThat(new MassReply.Count(0x1_0000_0000L, ByteOrder.BIG_ENDIAN)).isEqualTo(most);
    assertThat(new MassReply.Count(Long.MAX_VALUE, ByteOrder.BIG_ENDIAN)).isEqualTo(most);
    assertThat(new MassReply.Count(0xFFFF_FFFEL, ByteOrder.BIG_ENDIAN)).isNotEqualTo(most);
  }

  @Test
  void whatCannotBeSentCannotBeMade() {
    UserName foreign = UserName.of(new byte[] {(byte) 0xF1, 'a', 'n', 'd', (byte) 0xFA});
    assertThatThrownBy(() -> new MassRequest.DeleteUser(foreign))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MassRequest.Read(MassIndex.ADD_USER))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new MassReply.Failure(MassStatus.SUCCESS))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(new MassReply.Users(Collections.nCopies(255, foreign)).octets())
        .hasSize(2 + 255 * 6);
    assertThatThrownBy(() -> new MassReply.Users(Collections.nCopies(256, foreign)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
