package dev.argyle.wire.bottler;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.Arbitrarily;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Password;
import dev.argyle.wire.ReaderContract;
import dev.argyle.wire.UserName;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
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
import org.junit.jupiter.params.provider.MethodSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class BottlerMessagesTest {

  private static final byte[] NOTHING = {};

  private static final UserName NAME = UserName.of("ana");

  private static final ReaderContract<BottlerToken, Void> TOKEN =
      new ReaderContract<>(BottlerToken::read);
  private static final ReaderContract<BottlerRequest, BottlerResponse> REQUEST =
      new ReaderContract<>(BottlerRequest::read);

  private static ReaderContract<BottlerResponse, Void> answerTo(BottlerRequest request) {
    return new ReaderContract<>(in -> BottlerResponse.read(in, request));
  }

  @Property
  void tokenIsReadAsItWasWritten(@ForAll("eightOctets") byte[] octets, @ForAll byte[] more) {
    BottlerToken token = BottlerToken.of(octets);
    assertThat(BottlerToken.ofHex(token.hex())).isEqualTo(token);
    byte[] rest = ReaderContract.concatenated(new byte[1], more); // CMD at least
    TOKEN.holdsForDatagram(token, token.octets(), rest);
  }

  @Property(tries = 300)
  void requestIsReadAsItWasWritten(@ForAll("requests") BottlerRequest message) {
    assertThat(message.octets()).hasSize(message.length());
    REQUEST.holdsForDatagram(message, message.octets(), NOTHING);
  }

  @Property(tries = 300)
  void requestCutShortOrWithOctetsLeftOverIsMalformed(
      @ForAll("requests") BottlerRequest message, @ForAll byte extra) {
    byte[] octets = message.octets();
    assertThat(status(ReaderContract.concatenated(octets, new byte[] {extra})))
        .isEqualTo(BottlerStatus.MALFORMED);
    for (int cut = 0; cut < octets.length; cut++) {
      assertThat(status(Arrays.copyOf(octets, cut))).isEqualTo(BottlerStatus.MALFORMED);
    }
  }

  @Property(tries = 300)
  void responseIsReadAsItWasWritten(@ForAll("responses") BottlerResponse message) {
    assertThat(message.octets()).hasSize(message.length());
    assertThat(message.length()).isLessThanOrEqualTo(BottlerResponse.MAX_LENGTH);
    answerTo(asked(message)).holdsForDatagram(message, message.octets(), NOTHING);
  }

  @Property(tries = 1000)
  void anyDatagramDecodesOrIsATypedError(@ForAll("octets") byte[] octets) {
    TOKEN.holdsForAnyDatagram(octets);
    REQUEST.holdsForAnyDatagram(octets);
    for (BottlerRequest.Plain plain : BottlerRequest.Plain.values()) {
      answerTo(plain).holdsForAnyDatagram(octets);
    }
    answerTo(new BottlerRequest.ListUsers(1)).holdsForAnyDatagram(octets);
    answerTo(new BottlerRequest.LastConnection(NAME)).holdsForAnyDatagram(octets);
    answerTo(new BottlerRequest.SetRunning(true)).holdsForAnyDatagram(octets);
  }

  @Provide
  Arbitrary<byte[]> eightOctets() {
    return Arbitrarily.octets(8, 8);
  }

  @Provide
  Arbitrary<BottlerRequest> requests() {
    Arbitrary<UserName> names = Arbitrarily.asciiNames(126);
    Arbitrary<Password> passwords = Arbitrarily.passwords(127);
    Arbitrary<Boolean> switches = Arbitraries.of(true, false);
    List<Arbitrary<BottlerRequest>> kinds =
        List.of(
            Arbitraries.of(BottlerRequest.Plain.class).map(plain -> plain),
            Arbitrarily.numbers().map(BottlerRequest.SetBufferSize::new),
            Arbitrarily.numbers().map(BottlerRequest.SetTimeout::new),
            Arbitrarily.numbers().map(BottlerRequest.ListUsers::new),
            Arbitrarily.asciiNames(254).map(BottlerRequest.LastConnection::new),
            Combinators.combine(names, names).as(BottlerRequest.RenameUser::new),
            Combinators.combine(names, passwords).as(BottlerRequest.SetPassword::new),
            Combinators.combine(names, passwords).as(BottlerRequest.AddUser::new),
            Arbitrarily.asciiNames(254).map(BottlerRequest.DeleteUser::new),
            switches.map(BottlerRequest.SetDissector::new),
            switches.map(BottlerRequest.SetAuthentication::new),
            switches.map(BottlerRequest.SetRunning::new));
    return Arbitraries.of(kinds).flatMap(kind -> kind);
  }

  @Provide
  Arbitrary<BottlerResponse> responses() {
    Arbitrary<Long> numbers = Arbitrarily.numbers();
    List<Arbitrary<BottlerResponse>> kinds =
        List.of(
            Arbitraries.of(BottlerStatus.class)
                .filter(status -> status != BottlerStatus.DONE)
                .map(BottlerResponse.Failure::new),
            Arbitraries.just(new BottlerResponse.Done()),
            Combinators.combine(numbers, numbers, Arbitraries.longs(), numbers, numbers, numbers)
                .as(BottlerResponse.Metrics::new),
            numbers.map(BottlerResponse.Value::new),
            Arbitrarily.userNames().list().ofMaxSize(4).map(BottlerResponse.Users::new),
            Arbitraries.longs().map(BottlerResponse.LastConnection::new),
            Arbitraries.of(true, false).map(BottlerResponse.Status::new));
    return Arbitraries.of(kinds).flatMap(kind -> kind);
  }

  private static BottlerRequest asked(BottlerResponse answer) {
    return switch (answer) {
      case BottlerResponse.Failure failure -> new BottlerRequest.DeleteUser(NAME);
      case BottlerResponse.Done done -> BottlerRequest.Plain.RESET;
      case BottlerResponse.Metrics metrics -> BottlerRequest.Plain.GET_METRICS;
      case BottlerResponse.Value value -> BottlerRequest.Plain.GET_TIMEOUT;
      case BottlerResponse.Users users -> new BottlerRequest.ListUsers(1);
      case BottlerResponse.LastConnection last -> new BottlerRequest.LastConnection(NAME);
      case BottlerResponse.Status status -> BottlerRequest.Plain.GET_SERVER_STATUS;
    };
  }

  @Provide
  Arbitrary<byte[]> octets() {
    return Arbitraries.oneOf(
        Arbitrarily.likelyOctets(40),
        Arbitrarily.octets(0, 300),
        Arbitrarily.damaged(requests()),
        Arbitrarily.damaged(responses()));
  }

  @ParameterizedTest(name = "{0} is answered {1}")
  @CsvSource({
    "13, UNKNOWN_COMMAND",
    "FF0000, UNKNOWN_COMMAND",
    "0D02, OUT_OF_RANGE",
    "0FFF, OUT_OF_RANGE",
    "1102, OUT_OF_RANGE",
    "0700, OUT_OF_RANGE",
    "0B01FF, OUT_OF_RANGE",
    "0A000161, OUT_OF_RANGE",
    "0A016100, OUT_OF_RANGE",
    "0A01610180, OUT_OF_RANGE",
    "08016100, OUT_OF_RANGE",
    "0A0180, MALFORMED",
    "1000, MALFORMED"
  })
  void requestThatCannotBeIsAnsweredSo(String octets, BottlerStatus status) {
    assertThat(status(HexFormat.of().parseHex(octets))).isEqualTo(status);
  }

  @Test
  void parametersHave255OctetsAtMost() {
    UserName long200 = UserName.of("n".repeat(200));
    BottlerRequest longest = new BottlerRequest.AddUser(long200, password(53));
    REQUEST.holdsForDatagram(longest, longest.octets(), NOTHING);
    assertThat(longest.octets()).hasSize(1 + BottlerRequest.MAX_PARAMETER_OCTETS);
    byte[] tooLong =
        ReaderContract.concatenated(
            new byte[] {0x0A, (byte) 200}, long200.octets(), password(54).octets());
    assertThat(status(tooLong)).isEqualTo(BottlerStatus.MALFORMED);
  }

  @ParameterizedTest(name = "{index}")
  @MethodSource("tooLong")
  void twoLongNamesAreRefusedBeforeSending(Runnable making) {
    assertThatThrownBy(making::run).isInstanceOf(IllegalArgumentException.class);
  }

  static List<Runnable> tooLong() {
    UserName long200 = UserName.of("n".repeat(200));
    UserName long255 = UserName.of("n".repeat(255));
    return List.of(
        () -> new BottlerRequest.AddUser(long200, password(54)),
        () -> new BottlerRequest.SetPassword(long200, password(54)),
        () -> new BottlerRequest.RenameUser(long200, UserName.of("n".repeat(54))),
        () -> new BottlerRequest.DeleteUser(long255),
        () -> new BottlerRequest.LastConnection(long255));
  }

  @Test
  void namesThatAreTooLongTogetherAreMalformedWhenTheyCome() {
    byte[] name = ReaderContract.concatenated(new byte[] {-1}, "n".repeat(255).getBytes(US_ASCII));
    assertThat(status(ReaderContract.concatenated(new byte[] {0x0B}, name)))
        .isEqualTo(BottlerStatus.MALFORMED);
    assertThat(status(ReaderContract.concatenated(new byte[] {0x08}, name, name)))
        .isEqualTo(BottlerStatus.MALFORMED);
  }

  @Test
  void pageIsNeverLongerThan1232Octets() {
    List<UserName> names = new ArrayList<>(Collections.nCopies(204, UserName.of("names")));
    names.add(UserName.of("fits"));
    assertThat(new BottlerResponse.Users(names).octets()).hasSize(BottlerResponse.MAX_LENGTH);
    names.set(204, UserName.of("fails"));
    assertThatThrownBy(() -> new BottlerResponse.Users(names))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void pageHas255NamesAtMost() {
    UserName name = UserName.of("n");
    BottlerResponse page = new BottlerResponse.Users(Collections.nCopies(255, name));
    answerTo(new BottlerRequest.ListUsers(1)).holdsForDatagram(page, page.octets(), NOTHING);
    assertThatThrownBy(() -> new BottlerResponse.Users(Collections.nCopies(256, name)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void readerOfMetricsUsesTheLengthItKnows() {
    BottlerResponse metrics = new BottlerResponse.Metrics(1, 2, 3, 4, 5, 6);
    answerTo(BottlerRequest.Plain.GET_METRICS)
        .holdsForDatagram(metrics, metrics.octets(), new byte[] {1, 2, 3, 4});
  }

  @Test
  void countersThatNoLongerFitSaturate() {
    long most = 0xFFFF_FFFFL;
    assertThat(new BottlerResponse.Metrics(1L << 32, 1L << 32, 1L << 32, most + 1, most, 0))
        .isEqualTo(new BottlerResponse.Metrics(most, most, 1L << 32, most, most, 0));
  }

  @Test
  void octetsLeftOverBehindAnyOtherResponseAreMalformed() {
    byte[] octets = {1, 0, 0, 0, 0, 9, 0};
    assertThat(BottlerResponse.read(ByteBuffer.wrap(octets), BottlerRequest.Plain.GET_TIMEOUT))
        .isInstanceOf(Decoded.Malformed.class);
  }

  private static Password password(int octets) {
    return new Password("p".repeat(octets).getBytes(StandardCharsets.US_ASCII));
  }

  private static BottlerStatus status(byte[] request) {
    Decoded<BottlerRequest, BottlerResponse> decoded =
        BottlerRequest.read(ByteBuffer.wrap(request));
    assertThat(decoded).isInstanceOf(Decoded.Malformed.class);
    BottlerResponse answer =
        ((Decoded.Malformed<BottlerRequest, BottlerResponse>) decoded).answer();
    return ((BottlerResponse.Failure) Objects.requireNonNull(answer)).status();
  }
}
