package dev.argyle.wire;

import static dev.argyle.wire.Grammar.any;
import static dev.argyle.wire.Grammar.ascii;
import static dev.argyle.wire.Grammar.between;
import static dev.argyle.wire.Grammar.counted;
import static dev.argyle.wire.Grammar.either;
import static dev.argyle.wire.Grammar.number;
import static dev.argyle.wire.Grammar.octets;
import static dev.argyle.wire.Grammar.oneOf;
import static dev.argyle.wire.Grammar.sequence;
import static dev.argyle.wire.Grammar.times;
import static dev.argyle.wire.Grammar.within;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.bottler.BottlerRequest;
import dev.argyle.wire.bottler.BottlerResponse;
import dev.argyle.wire.feed.FeedLogin;
import dev.argyle.wire.feed.FeedLoginReply;
import dev.argyle.wire.feed.FeedRequest;
import dev.argyle.wire.feed.FeedResponse;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.mass.MassChoice;
import dev.argyle.wire.mass.MassGreeting;
import dev.argyle.wire.mass.MassIndex;
import dev.argyle.wire.mass.MassReply;
import dev.argyle.wire.mass.MassRequest;
import dev.argyle.wire.socks.Credentials;
import dev.argyle.wire.socks.CredentialsReply;
import dev.argyle.wire.socks.Greeting;
import dev.argyle.wire.socks.MethodChoice;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.Request;
import dev.argyle.wire.socks.UdpHeader;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every reader is held against its message's drawing: what the drawing allows is a message of that
 * length, what can still become one needs more, and all else is malformed as soon as it is there.
 */
@Tag("property")
@net.jqwik.api.Tag("property")
class GrammarTest {

  /** How a message comes. */
  enum Kind {
    /** In a stream: in pieces, with the next one behind it. */
    STREAM,
    /** At the start of a datagram: whole or not at all. */
    AHEAD,
    /** As a whole datagram. */
    DATAGRAM
  }

  /** A reader, and what it should read. */
  record Pair(
      String name,
      Kind kind,
      Grammar grammar,
      Function<ByteBuffer, ? extends Decoded<?, ?>> reader) {

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Grammar ADDRESS =
      either(
          sequence(octets("01"), any(4 + 2)),
          sequence(octets("03"), counted(1, 1), any(2)),
          sequence(octets("04"), any(16 + 2)));

  private static final MassRequest.Read MASS_INDEXES = new MassRequest.Read(MassIndex.INDEXES);
  private static final MassRequest.Read MASS_USERS = new MassRequest.Read(MassIndex.ACTIVE_USERS);
  private static final MassRequest.Read MASS_COUNTER =
      new MassRequest.Read(MassIndex.HISTORIC_OCTETS);
  private static final MassRequest MASS_CHANGE = new MassRequest.DisableDissectors(true);
  private static final Grammar MASS_FAILURE = between(1, 3);

  private static final Grammar FEED_RECORD =
      sequence(any(5 * 8 + 2), counted(1, 0), ADDRESS, ADDRESS);

  private static final Grammar BOTTLER_FAILURE = sequence(octets("01"), oneOf("01020304050607FE"));
  private static final Grammar BOTTLER_DONE = octets("0100");

  /** RFC 1928 and RFC 1929. */
  private static Stream<Pair> socks() {
    return Stream.of(
        new Pair("greeting", Kind.STREAM, sequence(octets("05"), counted(1, 1)), Greeting::read),
        new Pair(
            "method choice",
            Kind.STREAM,
            sequence(octets("05"), oneOf("000102FF")),
            MethodChoice::read),
        new Pair(
            "credentials",
            Kind.STREAM,
            sequence(octets("01"), counted(1, 1), counted(1, 1)),
            Credentials::read),
        new Pair(
            "credentials reply",
            Kind.STREAM,
            sequence(octets("01"), any(1)),
            CredentialsReply::read),
        new Pair(
            "request",
            Kind.STREAM,
            sequence(octets("05"), between(1, 3), octets("00"), ADDRESS),
            Request::read),
        new Pair(
            "reply",
            Kind.STREAM,
            sequence(octets("05"), between(0, 8), octets("00"), ADDRESS),
            Reply::read),
        new Pair(
            "UDP header", Kind.AHEAD, sequence(octets("0000"), any(1), ADDRESS), UdpHeader::read),
        new Pair("destination", Kind.STREAM, ADDRESS, Destination::read));
  }

  /** RFC 1961. */
  private static Stream<Pair> gssapi() {
    return Stream.of(
        new Pair(
            "GSSAPI frame",
            Kind.STREAM,
            sequence(octets("01"), either(octets("FF"), sequence(between(1, 3), counted(2, 0)))),
            GssapiFrame::read));
  }

  private static Stream<Pair> mass() {
    return Stream.of(
        new Pair(
            "MASS greeting",
            Kind.STREAM,
            sequence(octets("01"), counted(1, 1)),
            MassGreeting::read),
        new Pair(
            "MASS choice", Kind.STREAM, sequence(octets("01"), oneOf("0002FF")), MassChoice::read),
        new Pair(
            "MASS request",
            Kind.STREAM,
            either(
                between(0, 9),
                sequence(octets("0A"), ascii(), ascii()),
                sequence(octets("0B"), ascii()),
                sequence(oneOf("0C0D"), any(1))),
            MassRequest::read),
        massReply("MASS indexes", sequence(octets("00"), counted(1, 0)), MASS_INDEXES),
        massReply("MASS users", sequence(octets("00"), times(1, 255, counted(1, 1))), MASS_USERS),
        massReply("MASS counter", sequence(octets("00"), any(4)), MASS_COUNTER),
        massReply("MASS change", octets("00"), MASS_CHANGE));
  }

  private static Pair massReply(String name, Grammar success, MassRequest request) {
    return new Pair(
        name,
        Kind.STREAM,
        either(MASS_FAILURE, success),
        in -> MassReply.read(in, request, ByteOrder.LITTLE_ENDIAN));
  }

  private static Stream<Pair> feed() {
    return Stream.of(
        new Pair(
            "FEED login",
            Kind.STREAM,
            sequence(number(2, version -> version == 0xFEED), counted(1, 0), counted(1, 0)),
            FeedLogin::read),
        new Pair(
            "FEED login reply",
            Kind.STREAM,
            sequence(
                number(2, version -> version == 0xFEED),
                number(2, status -> List.of(0xC001L, 0x4B1DL, 0xBEEFL).contains(status))),
            FeedLoginReply::read),
        new Pair(
            "FEED request",
            Kind.STREAM,
            either(
                sequence(
                    octets("D0"),
                    either(
                        between(0, 9),
                        sequence(octets("0A"), counted(1, 0)),
                        sequence(oneOf("0B0C"), any(8 + 2)))),
                sequence(
                    octets("BE"),
                    either(
                        sequence(octets("00"), counted(1, 0), counted(1, 0)),
                        sequence(octets("01"), counted(1, 0)),
                        sequence(octets("02"), any(1)),
                        sequence(oneOf("0304"), any(4))))),
            FeedRequest::read),
        new Pair(
            "FEED response",
            Kind.STREAM,
            either(
                sequence(
                    octets("D0"),
                    either(
                        octets("FF"),
                        sequence(octets("0004"), times(4, 1_000_000, counted(1, 1))),
                        sequence(oneOf("010203060708090A"), octets("04"), any(4)),
                        sequence(oneOf("0405"), octets("08"), any(8)),
                        sequence(oneOf("0B0C"), octets("02"), times(2, 512, FEED_RECORD)),
                        sequence(octets("F001"), between(1, 6)))),
                sequence(
                    octets("BE"), either(octets("FF"), sequence(between(0, 4), between(0, 6)))),
                octets("FFFF")),
            FeedResponse::read));
  }

  private static Stream<Pair> bottler() {
    return Stream.of(
        new Pair(
            "Bottler request",
            Kind.DATAGRAM,
            within(
                1 + 255,
                either(
                    oneOf("000103050C0E1012"),
                    sequence(oneOf("020406"), any(4)),
                    sequence(oneOf("070B"), ascii()),
                    sequence(oneOf("08090A"), ascii(), ascii()),
                    sequence(oneOf("0D0F11"), oneOf("0001")))),
            BottlerRequest::read),
        bottlerResponse("Bottler change", BOTTLER_DONE, BottlerRequest.Plain.RESET),
        bottlerResponse(
            "Bottler value", sequence(BOTTLER_DONE, any(4)), BottlerRequest.Plain.GET_TIMEOUT),
        bottlerResponse(
            "Bottler status",
            sequence(BOTTLER_DONE, oneOf("0001")),
            BottlerRequest.Plain.GET_SERVER_STATUS),
        bottlerResponse(
            "Bottler page",
            within(1232, sequence(BOTTLER_DONE, times(1, 255, counted(1, 1)))),
            new BottlerRequest.ListUsers(1)),
        bottlerResponse(
            "Bottler last connection",
            sequence(BOTTLER_DONE, any(8)),
            new BottlerRequest.LastConnection(UserName.of("ana"))));
  }

  private static Pair bottlerResponse(String name, Grammar success, BottlerRequest request) {
    return new Pair(
        name,
        Kind.DATAGRAM,
        either(BOTTLER_FAILURE, success),
        in -> BottlerResponse.read(in, request));
  }

  static Stream<Pair> pairs() {
    return Stream.of(socks(), gssapi(), mass(), feed(), bottler()).flatMap(all -> all);
  }

  @Provide
  Arbitrary<Pair> readers() {
    return Arbitraries.of(pairs().toList());
  }

  /** Messages that nothing of ours has written: methods in any order, twice, unknown ones. */
  @Property(tries = 2000)
  void whatTheDrawingAllowsIsReadToItsEnd(@ForAll("readers") Pair pair, @ForAll Random dice) {
    byte[] made = pair.grammar().made(dice);
    byte[] more = new byte[pair.kind() == Kind.DATAGRAM ? 0 : dice.nextInt(3)];
    ByteBuffer in = ByteBuffer.wrap(ReaderContract.concatenated(made, more));

    assertThat(pair.grammar().end(made, 0)).isEqualTo(made.length);
    assertThat(pair.reader().apply(in)).as(hex(made)).isInstanceOf(Decoded.Message.class);
    assertThat(in.remaining()).isEqualTo(more.length);
  }

  /** Written again it may be another text of the same: it means what it meant. */
  @Property(tries = 2000)
  void whatWasReadMeansTheSameWhenItIsWritten(@ForAll("readers") Pair pair, @ForAll Random dice) {
    Object message = message(pair, pair.grammar().made(dice));
    if (message instanceof Writable writable && !isGreetingOfNothing(message)) {
      assertThat(message(pair, writable.octets())).isEqualTo(message);
    }
  }

  private static Object message(Pair pair, byte[] octets) {
    return ((Decoded.Message<?, ?>) pair.reader().apply(ByteBuffer.wrap(octets))).value();
  }

  /** Only others' methods were offered: such a greeting is read, never sent. */
  private static boolean isGreetingOfNothing(Object message) {
    return message instanceof Greeting(var offered) && offered.isEmpty()
        || message instanceof MassGreeting(var indexes) && indexes.isEmpty();
  }

  @Property(tries = 5000)
  void damagedMessagesAreJudgedAsTheDrawingJudgesThem(
      @ForAll("readers") Pair pair, @ForAll Random dice) {
    byte[] octets = ReaderContract.concatenated(pair.grammar().made(dice), new byte[2]);
    for (int i = dice.nextInt(3); i >= 0; i--) {
      octets[dice.nextInt(Math.min(octets.length, 12))] =
          (byte) (dice.nextBoolean() ? dice.nextInt(16) : dice.nextInt());
    }
    for (int cut = 0; cut <= octets.length; cut++) {
      agree(pair, Arrays.copyOf(octets, cut));
    }
  }

  /** Of the octets that mean something to some protocol, every string of up to three. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("pairs")
  void everyShortStringIsJudgedAsTheDrawingJudgesIt(Pair pair) {
    byte[] letters =
        HexFormat.of().parseHex("0001020304050608090A0B0C0D0F101213617F80BEC0D0EDEFF0FEFF");
    agree(pair, new byte[0]);
    for (byte first : letters) {
      agree(pair, new byte[] {first});
      for (byte second : letters) {
        agree(pair, new byte[] {first, second});
        for (byte third : letters) {
          agree(pair, new byte[] {first, second, third});
        }
      }
    }
  }

  private static void agree(Pair pair, byte[] octets) {
    ByteBuffer in = ByteBuffer.wrap(octets);
    Decoded<?, ?> decoded = pair.reader().apply(in);
    String found =
        switch (decoded) {
          case Decoded.Message<?, ?> _ -> "a message of " + in.position();
          case Decoded.NeedMore<?, ?> _ -> "more is due";
          case Decoded.Malformed<?, ?> _ -> "malformed";
        };
    if (!found.equals(expected(pair, octets))) { // cheaper than an assertion for each of them
      assertThat(found).as("%s: %s", pair, hex(octets)).isEqualTo(expected(pair, octets));
    }
  }

  private static String expected(Pair pair, byte[] octets) {
    int end = pair.grammar().end(octets, 0);
    boolean leftOver = pair.kind() == Kind.DATAGRAM && end >= 0 && end < octets.length;
    if (end == Grammar.NEVER || leftOver || (pair.kind() != Kind.STREAM && end < 0)) {
      return "malformed";
    }
    return end == Grammar.UNFINISHED ? "more is due" : "a message of " + end;
  }

  private static String hex(byte[] octets) {
    return HexFormat.of().withUpperCase().formatHex(octets);
  }
}
