package dev.argyle.wire.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.Arbitrarily;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Password;
import dev.argyle.wire.ReaderContract;
import dev.argyle.wire.UserName;
import java.nio.ByteBuffer;
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
import org.junit.jupiter.params.provider.ValueSource;

@Tag("property")
@net.jqwik.api.Tag("property")
class FeedMessagesTest {

  private static final ReaderContract<FeedLogin, FeedLoginReply> LOGIN =
      new ReaderContract<>(FeedLogin::read);
  private static final ReaderContract<FeedLoginReply, Void> LOGIN_REPLY =
      new ReaderContract<>(FeedLoginReply::read);
  private static final ReaderContract<FeedRequest, FeedResponse> REQUEST =
      new ReaderContract<>(FeedRequest::read);
  private static final ReaderContract<FeedResponse, Void> RESPONSE =
      new ReaderContract<>(FeedResponse::read);

  @Property(tries = 200)
  void loginIsReadAsItWasWritten(@ForAll("logins") FeedLogin message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    LOGIN.holdsFor(message, message.octets(), trailing);
  }

  @Property
  void loginReplyIsReadAsItWasWritten(@ForAll FeedLoginReply message, @ForAll byte[] trailing) {
    LOGIN_REPLY.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 300)
  void requestIsReadAsItWasWritten(
      @ForAll("requests") FeedRequest.Sendable message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    REQUEST.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 300)
  void responseIsReadAsItWasWritten(
      @ForAll("responses") FeedResponse message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    RESPONSE.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 1000)
  void anyOctetsDecodeOrWantMoreOrAreATypedError(@ForAll("octets") byte[] octets) {
    LOGIN.holdsForAnything(octets);
    LOGIN_REPLY.holdsForAnything(octets);
    REQUEST.holdsForAnything(octets);
    RESPONSE.holdsForAnything(octets);
  }

  @Provide
  Arbitrary<FeedLogin> logins() {
    return Combinators.combine(Arbitrarily.octets(0, 255), Arbitrarily.octets(0, 255))
        .as(FeedLogin::new);
  }

  @Provide
  Arbitrary<FeedRequest.Sendable> requests() {
    return Arbitraries.oneOf(
        Arbitraries.just(new FeedRequest.ListUsers()),
        Arbitraries.of(FeedFigure.class).map(FeedRequest.Read::new),
        Arbitrarily.asciiNames(255).map(FeedRequest.UserConnections::new),
        Combinators.combine(
                Arbitraries.of(true, false),
                Arbitraries.longs(),
                Arbitraries.integers().between(0, 0xFFFF))
            .as(FeedRequest.ListConnections::new),
        Combinators.combine(Arbitrarily.asciiNames(255), Arbitrarily.passwords(255))
            .as(FeedRequest.AddUser::new),
        Arbitrarily.asciiNames(255).map(FeedRequest.RemoveUser::new),
        Arbitraries.of(true, false).map(FeedRequest.SetPasswordSpoofing::new),
        Arbitrarily.numbers().map(FeedRequest.SetSelectorTimeout::new),
        Arbitrarily.numbers().map(FeedRequest.SetConnectionTimeout::new));
  }

  @Provide
  Arbitrary<FeedResponse> responses() {
    return Arbitraries.oneOf(
        Arbitrarily.userNames().list().ofMaxSize(6).map(FeedResponse.Users::new),
        Combinators.combine(Arbitraries.of(FeedFigure.class), Arbitrarily.numbers())
            .as(FeedResponse.Value::new),
        Arbitraries.longs().map(value -> new FeedResponse.Value(FeedFigure.OCTETS_SENT, value)),
        Arbitrarily.numbers().map(FeedResponse.UserConnections::new),
        Combinators.combine(Arbitraries.of(true, false), records().list().ofMaxSize(3))
            .as(FeedResponse.Connections::new),
        Arbitraries.of(FeedCode.class)
            .filter(code -> code != FeedCode.DONE)
            .map(FeedResponse.QueryFailed::new),
        Combinators.combine(Arbitraries.of(FeedChange.class), Arbitraries.of(FeedCode.class))
            .as(FeedResponse.Changed::new),
        Arbitraries.of(FeedResponse.Unrecognised.class));
  }

  private static Arbitrary<FeedRecord> records() {
    return Combinators.combine(
            Arbitraries.longs().list().ofSize(5),
            Arbitraries.integers().between(0, 0xFF),
            Arbitraries.integers().between(0, 0xFF),
            Arbitrarily.userNames().injectNull(0.2),
            Arbitrarily.destinations(),
            Arbitrarily.destinations())
        .as(
            (longs, reply, command, user, source, destination) ->
                new FeedRecord(
                    longs.get(0),
                    longs.get(1),
                    longs.get(2),
                    longs.get(3),
                    longs.get(4),
                    reply,
                    command,
                    user,
                    source,
                    destination));
  }

  @Provide
  Arbitrary<byte[]> octets() {
    return Arbitraries.oneOf(
        Arbitrarily.likelyOctets(40),
        Arbitrarily.damaged(logins()),
        Arbitrarily.damaged(requests()),
        Arbitrarily.damaged(responses()));
  }

  @Test
  void firstTwoOctetsDecideTheVersion() {
    assertThat(FeedLogin.read(in("FE"))).isEqualTo(Decoded.needMore());
    assertThat(FeedLogin.read(in("47"))).isEqualTo(Decoded.needMore());
    for (String version : new String[] {"FEEE", "FFED", "D001", "4745", "0501"}) {
      assertThat(FeedLogin.read(in(version)))
          .isInstanceOfSatisfying(
              Decoded.Malformed.class,
              malformed -> assertThat(malformed.answer()).isEqualTo(FeedLoginReply.WRONG_VERSION));
    }
  }

  @ParameterizedTest(name = "login {0}")
  @ValueSource(strings = {"FEED000161", "FEED016100", "FEED0000", "FEED0180018F"})
  void loginThatCannotBeIsReadForTheVerifierToRefuse(String octets) {
    ByteBuffer in = in(octets);
    assertThat(FeedLogin.read(in)).isInstanceOf(Decoded.Message.class);
    assertThat(in.remaining()).isZero();
  }

  @ParameterizedTest(name = "request {0} is answered {1}, and the next one is read")
  @CsvSource({
    "BE00000161, BE0003",
    "BE00016100, BE0003",
    "BE000180 0161, BE0003",
    "BE0001610180, BE0003",
    "BE000000, BE0003",
    "BE0100, BE0103",
    "BE0101FF, BE0103",
    "BE0202, BE0203",
    "BE02FF, BE0203",
    "D00A00, D0F00103",
    "D00A0180, D0F00103",
  })
  void valuesThatCannotBeAreAnsweredOutOfRangeAndTheNextRequestIsRead(
      String octets, String answer) {
    String request = octets.replace(" ", "");
    ByteBuffer in = in(request + "D007");
    assertThat(FeedRequest.read(in)).isEqualTo(new Decoded.Message<>(impossible(answer)));
    assertThat(FeedRequest.read(in))
        .isEqualTo(new Decoded.Message<>(new FeedRequest.Read(FeedFigure.TOTAL_USERS)));
    for (int cut = 0; cut < request.length(); cut += 2) {
      assertThat(FeedRequest.read(in(request.substring(0, cut)))).isEqualTo(Decoded.needMore());
    }
  }

  private static FeedRequest impossible(String answer) {
    return FeedResponse.read(in(answer))
            instanceof Decoded.Message<FeedResponse, Void>(FeedResponse response)
        ? new FeedRequest.Impossible(response)
        : new FeedRequest.ListUsers();
  }

  @ParameterizedTest(name = "{0} is answered {1}")
  @CsvSource({
    "00, FFFF",
    "FF, FFFF",
    "D1, FFFF",
    "D00D, D0FF",
    "D0F0, D0FF",
    "D0FF, D0FF",
    "BE05, BEFF",
    "BEF0, BEFF",
    "BEFF, BEFF"
  })
  void unknownActionsAndMethodsAreAnsweredSo(String octets, String answer) {
    assertThat(FeedRequest.read(in(octets)))
        .isInstanceOfSatisfying(
            Decoded.Malformed.class,
            malformed -> {
              FeedResponse response = (FeedResponse) Objects.requireNonNull(malformed.answer());
              assertThat(response.octets()).isEqualTo(HexFormat.of().parseHex(answer));
            });
  }

  @ParameterizedTest(name = "response {0}")
  @ValueSource(
      strings = {
        "00",
        "FF00",
        "D00D",
        "D00108",
        "D00404",
        "D0F00100",
        "D0F00107",
        "D0F002",
        "BE05",
        "BE0007",
        "D000040000000100",
        "D00004000F4241",
        "D00B020201"
      })
  void responseThatMakesNoSenseIsMalformed(String octets) {
    assertThat(FeedResponse.read(in(octets))).isInstanceOf(Decoded.Malformed.class);
  }

  @Test
  void figureOfFourOctetsSaturatesAndOneOfEightDoesNot() {
    assertThat(new FeedResponse.Value(FeedFigure.TOTAL_USERS, 1L << 32).value())
        .isEqualTo(0xFFFF_FFFFL);
    assertThat(new FeedResponse.Value(FeedFigure.OCTETS_SENT, 1L << 32).value())
        .isEqualTo(1L << 32);
    assertThat(new FeedResponse.UserConnections(1L << 32).count()).isEqualTo(0xFFFF_FFFFL);
  }

  @Test
  void responseHas512RecordsAtMost() {
    FeedRecord one =
        new FeedRecord(1, 2, 3, 4, 5, 0, 1, null, Destination.UNSPECIFIED, Destination.UNSPECIFIED);
    FeedResponse most = new FeedResponse.Connections(true, Collections.nCopies(512, one));
    assertThat(FeedResponse.read(ByteBuffer.wrap(most.octets())))
        .isEqualTo(new Decoded.Message<>(most));
    assertThatThrownBy(() -> new FeedResponse.Connections(true, Collections.nCopies(513, one)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void hundredThousandUsersFitInAResponse() {
    List<UserName> names = Collections.nCopies(100_000, UserName.of("someone"));
    FeedResponse users = new FeedResponse.Users(names);
    assertThat(FeedResponse.read(ByteBuffer.wrap(users.octets())))
        .isEqualTo(new Decoded.Message<>(users));
  }

  @Test
  void whatCannotBeSentCannotBeMade() {
    UserName foreign = UserName.of("\u00F1");
    Password password = new Password(new byte[] {'p'});
    assertThatThrownBy(() -> FeedLogin.of(foreign, password))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FeedRequest.AddUser(foreign, password))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FeedRequest.SetSelectorTimeout(1L << 32))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FeedRequest.ListConnections(false, 0, 0x10000))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FeedResponse.QueryFailed(FeedCode.DONE))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new FeedLogin(new byte[256], new byte[1]))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void passwordIsNotShown() {
    assertThat(FeedLogin.of(UserName.of("ana"), new Password(new byte[] {'l', 'l'})).toString())
        .contains("********")
        .doesNotContain("108");
    assertThat(
            new FeedRequest.AddUser(UserName.of("ana"), new Password(new byte[] {'l', 'l'}))
                .toString())
        .contains("********");
  }

  private static ByteBuffer in(String octets) {
    return ByteBuffer.wrap(HexFormat.of().parseHex(octets));
  }
}
