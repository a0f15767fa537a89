package dev.argyle.server.dissect;

import dev.argyle.wire.TextProtocol;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Tells a protocol by what is said, never by the port: the server's greeting, or the client's first
 * line where the server waits for it. Keeps a bounded part of each direction until it knows;
 * whether a stream comes in one piece or in many makes no difference.
 */
final class Recognition {

  /** What is kept of the client; one that has not made itself known by then is none of ours. */
  static final int OCTETS_AT_MOST = 1024;

  /** What is kept of the server, whose greeting may be a page of warnings. */
  static final int GREETING_OCTETS_AT_MOST = 4096;

  /** What is known. */
  enum Verdict {
    UNDECIDED,
    RECOGNISED,
    NONE
  }

  private static final String[] SMTP_FIRST = {"ehlo", "helo", "lhlo"};
  private static final String[] FTP_FIRST = {
    "user", "pass", "auth", "feat", "syst", "host", "opts", "acct", "clnt", "pbsz", "prot", "lang"
  };

  /** Said in either, before anything else. */
  private static final String[] EITHER = {"noop", "help", "rset", "stat", "quit"};

  private final ByteBuffer client = ByteBuffer.allocate(OCTETS_AT_MOST);
  private ByteBuffer server = ByteBuffer.allocate(OCTETS_AT_MOST);
  private @Nullable TextProtocol protocol;

  /** What was recognised. */
  @Nullable TextProtocol protocol() {
    return protocol;
  }

  /** The client's octets so far. */
  ByteBuffer client() {
    return client.flip();
  }

  /** The server's octets so far. */
  ByteBuffer server() {
    return server.flip();
  }

  /** Takes what there is room for; what is left in {@code octets} follows what was kept. */
  Verdict take(boolean fromClient, ByteBuffer octets) {
    if (!fromClient && octets.remaining() >= server.remaining()) {
      makeRoom();
    }
    ByteBuffer kept = fromClient ? client : server;
    while (kept.hasRemaining() && octets.hasRemaining()) {
      kept.put(octets.get());
    }
    Verdict verdict = server.position() > 0 ? byGreeting() : byRequest();
    return verdict == Verdict.UNDECIDED && !kept.hasRemaining() ? Verdict.NONE : verdict;
  }

  private void makeRoom() {
    if (server.capacity() < GREETING_OCTETS_AT_MOST) {
      server = ByteBuffer.allocate(GREETING_OCTETS_AT_MOST).put(server.flip());
    }
  }

  private Verdict is(TextProtocol known) {
    protocol = known;
    return Verdict.RECOGNISED;
  }

  private Verdict byRequest() {
    if (client.position() == 0) {
      return Verdict.UNDECIDED; // a piece of no octets says nothing
    }
    LineBuffer first = lineAt(0);
    // Text may be a client that does not wait for its greeting; TLS and the rest are not.
    boolean text = Character.isLetterOrDigit(first.at(0)) && first.at(0) < 0x80;
    if (!text) {
      return Verdict.NONE; // before all else: it must not matter how much of the line has come
    }
    boolean http =
        HttpDissector.begins(first) || behindLine(0) >= 0 && HttpDissector.isRequest(first);
    return http ? is(TextProtocol.HTTP) : Verdict.UNDECIDED;
  }

  private Verdict byGreeting() {
    if (greets("+OK")) {
      return decided(3, TextProtocol.POP3);
    }
    if (greets("* OK")) {
      return decided(4, TextProtocol.IMAP);
    }
    if (greets("120")) {
      return decided(3, TextProtocol.FTP);
    }
    return greets("220") ? smtpOrFtp() : Verdict.NONE;
  }

  /** Whether the greeting is {@code word}, as far as it has come. */
  private boolean greets(String word) {
    for (int i = 0; i < Math.min(word.length(), server.position()); i++) {
      if (server.get(i) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private Verdict decided(int octets, TextProtocol known) {
    return server.position() < octets ? Verdict.UNDECIDED : is(known);
  }

  /** Both greet with 220: the client's first command tells. */
  private Verdict smtpOrFtp() {
    if (server.position() < 3) {
      return Verdict.UNDECIDED;
    }
    int at = 0;
    while (at < client.position()) {
      LineBuffer line = lineAt(at);
      if (startsWithOne(line, SMTP_FIRST)) {
        return is(TextProtocol.SMTP);
      }
      if (startsWithOne(line, FTP_FIRST)) {
        return is(TextProtocol.FTP);
      }
      int next = behindLine(at);
      if (next < 0) {
        return line.length() < 5 ? Verdict.UNDECIDED : either(line);
      }
      if (either(line) == Verdict.NONE) {
        return Verdict.NONE;
      }
      at = next;
    }
    return Verdict.UNDECIDED;
  }

  private static Verdict either(LineBuffer line) {
    return startsWithOne(line, EITHER) ? Verdict.UNDECIDED : Verdict.NONE;
  }

  private static boolean startsWithOne(LineBuffer line, String[] words) {
    for (String word : words) {
      int behind = line.at(word.length());
      if (line.has(0, word) && (behind == ' ' || behind == '\r' || behind == '\n')) {
        return true;
      }
    }
    return false;
  }

  /** The client's line at {@code from} as far as it has come, its end included. */
  private LineBuffer lineAt(int from) {
    LineBuffer line = new LineBuffer();
    int end = behindLine(from);
    ByteBuffer octets = client.duplicate().flip().position(from);
    line.block(octets, (end < 0 ? client.position() : end) - from);
    return line;
  }

  private int behindLine(int from) {
    for (int i = from; i < client.position(); i++) {
      if (client.get(i) == '\n') {
        return i + 1;
      }
    }
    return -1;
  }
}
