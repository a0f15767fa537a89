package dev.argyle.server.dissect;

import static dev.argyle.server.dissect.Conversation.base64;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.TextProtocol;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Split anywhere, a stream yields what it yields whole; nothing throws. */
@Tag("property")
class DissectionPropertyTest {

  private static final Conversation[] CONVERSATIONS = {
    new Conversation()
        .server("+OK ready")
        .client("CAPA\r\nAUTH LOGIN")
        .server("+OK\r\nUSER\r\n.\r\n+ VXNlcm5hbWU6")
        .client(base64("ana") + "\r\n" + base64("no"))
        .server("+ UGFzc3dvcmQ6\r\n-ERR")
        .client("USER ana\r\nPASS yes")
        .server("+OK\r\n+OK"),
    new Conversation()
        .server("* OK ready")
        .client("a1 LOGIN {3}")
        .server("a1 BAD")
        .client("a2 LOGIN \"an\\\"a\" {4+}\r\nn\r\no\r\na3 AUTHENTICATE PLAIN " + base64("\0a\0b"))
        .server("* ID {3}\r\na2 \r\na2 NO\r\na3 OK"),
    new Conversation()
        .server("220-mail\r\n220 ready")
        .client("NOOP\r\nEHLO x\r\nAUTH PLAIN")
        .server("250 ok\r\n250-x\r\n250 AUTH\r\n334 ")
        .client(base64("\0ana\0no") + "\r\nAUTH PLAIN " + base64("\0ana\0yes"))
        .server("535 no\r\n235 yes"),
    new Conversation()
        .server("120 wait\r\n220 ready")
        .client("AUTH TLS\r\nUSER ana\r\nPASS no\r\nUSER ana\r\nPASS yes")
        .server("530 no\r\n331\r\n530-no\r\n 230 x\r\n530 no\r\n331\r\n230 in"),
    new Conversation()
        .raw(
            true,
            "POST / HTTP/1.1\r\nAuthorization: Basic "
                + base64("a:b")
                + "\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\nGET / HTTP/1.1\r\n"
                + "Proxy-Authorization: Basic "
                + base64("c:d")
                + "\r\n\r\n")
        .raw(false, "HTTP/1.1 100 C\r\n\r\nHTTP/1.1 401 N\r\nContent-Length: 3\r\n\r\nno\n")
        .raw(false, "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"),
    new Conversation()
        .raw(
            true,
            "MKCALENDAR /a HTTP/1.1\r\nAuthorization: Basic "
                + base64("a:b")
                + "\r\nExpect: 100-continue\r\nContent-Length: 4\r\n\r\n")
        .raw(false, "HTTP/1.1 100 C\r\n\r\n")
        .raw(true, "GET ")
        .raw(true, "MERGE /a HTTP/1.1\r\nAuthorization: Basic " + base64("c:d") + "\r\n\r\n")
        .raw(false, "HTTP/1.1 403 N\r\nTransfer-Encoding: chunked \r\n\r\n0\r\n\r\nHTTP/1.1 ")
        .raw(false, "207 M\r\nContent-Length: 0\r\n\r\n"),
    new Conversation()
        .raw(false, "220-" + "x".repeat(1500) + "\r\n220-230 \r\n220 ready\r\n")
        .client("EHLO x\r\nAUTH LOGIN =\r\n" + base64("ana") + "\r\n" + base64("no"))
        .server("250 ok\r\n334 a\r\n334 b\r\n535 no")
        .client("AUTH PLAIN " + base64("\0ana\0yes") + "\r\nMAIL FROM:<a>\r\nDATA\r\nAUTH\r\n.")
        .server("235 in"),
  };

  @Property(tries = 2000)
  void splitAnywhereAStreamYieldsWhatItYieldsWhole(@ForAll("seeds") long seed) {
    Random random = new Random(seed);
    Conversation conversation = CONVERSATIONS[random.nextInt(CONVERSATIONS.length)];
    Conversation.Outcome whole = conversation.play();
    int most = 1 + random.nextInt(12);
    assertThat(
            conversation.play(
                EnumSet.allOf(TextProtocol.class), _ -> most == 1 ? 1 : 1 + random.nextInt(most)))
        .isEqualTo(whole);
    assertThat(whole.logins()).hasSize(2);
  }

  @Property(tries = 3000)
  void garbageNeverThrowsAndYieldsTheSameInPieces(
      @ForAll("garbage") List<Conversation.Step> steps, @ForAll("seeds") long seed) {
    Conversation conversation = new Conversation();
    steps.forEach(step -> conversation.raw(step.fromClient(), step.octets()));
    Random random = new Random(seed);
    Conversation.Outcome whole = conversation.play();
    assertThat(conversation.play(EnumSet.allOf(TextProtocol.class), _ -> 1 + random.nextInt(5)))
        .isEqualTo(whole);
  }

  @Provide
  Arbitrary<Long> seeds() {
    return Arbitraries.longs();
  }

  /** Words of the protocols, in no order, with octets between. */
  @Provide
  Arbitrary<List<Conversation.Step>> garbage() {
    Arbitrary<String> word =
        Arbitraries.oneOf(
            Arbitraries.of(
                "+OK", "-ERR", "* OK", "+ ", "220 ", "250-", "250 ", "334 ", "235 ", "331 ",
                "230 "),
            Arbitraries.of(
                "USER ", "PASS ", "AUTH ", "PLAIN ", "LOGIN ", "EHLO ", "a1 ", "STLS", "OK", "NO"),
            Arbitraries.of(
                "GET ",
                "/ HTTP/1.1",
                "HTTP/1.1 ",
                "200",
                "Authorization: Basic ",
                "YTpi",
                "=",
                "*"),
            Arbitraries.of(
                "Content-Length: ",
                "Transfer-Encoding: chunked",
                "\"",
                "\\",
                "{3}",
                "{0+}",
                "{99}"),
            Arbitraries.of("\r\n", "\r\n", "\n", "\r", " ", ".", "5", "0", "AGEAYg=="),
            Arbitraries.strings().withCharRange('\0', '\u00ff').ofMaxLength(3));
    Arbitrary<String> octets = word.list().ofMaxSize(12).map(words -> String.join("", words));
    Arbitrary<String> opening =
        Arbitraries.of("+OK\r\n", "* OK\r\n", "220 x\r\n", "GET / HTTP/1.1\r\n", "");
    Arbitrary<Conversation.Step> step =
        Combinators.combine(Arbitraries.of(true, false), octets)
            .as((fromClient, text) -> new Conversation.Step(fromClient, latin(text)));
    return Combinators.combine(opening, step.list().ofMaxSize(10))
        .as(
            (first, more) -> {
              boolean byClient = first.startsWith("GET");
              return Stream.concat(
                      Stream.of(new Conversation.Step(byClient, latin(first))), more.stream())
                  .toList();
            });
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
