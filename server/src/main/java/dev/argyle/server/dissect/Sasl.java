package dev.argyle.server.dissect;

import dev.argyle.wire.TextProtocol;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * What a client says in a SASL exchange: PLAIN (RFC 4616, one response), LOGIN (two), and
 * mechanisms that show no password and are waited out until the server has judged.
 */
final class Sasl {

  /** What is spoken. */
  private enum Mechanism {
    NONE,
    PLAIN,
    LOGIN,
    OTHER
  }

  private final TextProtocol protocol;
  private Mechanism mechanism = Mechanism.NONE;
  private @Nullable String user;
  private Answers.@Nullable Due due;

  Sasl(TextProtocol protocol) {
    this.protocol = protocol;
  }

  /** Whether the client's next line belongs here. */
  boolean active() {
    return mechanism != Mechanism.NONE;
  }

  /** The server has judged: whatever the client thought, the next line is a command. */
  void judged(Answers.Due answered) {
    if (due == answered) {
      end();
    }
  }

  private void end() {
    mechanism = Mechanism.NONE;
    user = null;
    due = null;
  }

  /**
   * Begins an exchange with the rest of a line: {@code PLAIN}, or {@code PLAIN AGFuYQBzZWNyZXQ=}.
   *
   * @param from where the mechanism's name is
   * @param answer the answer that will judge it; gets the login when it is complete
   */
  void begin(LineBuffer line, int from, Answers.Due answer) {
    end();
    due = answer;
    int nameEnd = line.endOfWord(from);
    boolean fiveLetters = nameEnd - from == 5;
    if (fiveLetters && line.has(from, "plain")) {
      mechanism = Mechanism.PLAIN;
    } else if (fiveLetters && line.has(from, "login")) {
      mechanism = Mechanism.LOGIN;
    } else {
      mechanism = Mechanism.OTHER;
    }
    int initial = line.skipSpaces(nameEnd);
    boolean empty = line.at(initial) == '=' && initial == line.length() - 1;
    if (initial < line.length() && !(empty && mechanism == Mechanism.LOGIN)) {
      response(line, initial);
    }
  }

  /** A response of the client's; {@code *} and whatever is not Base64 ends what can be found. */
  void response(LineBuffer line, int from) {
    if (mechanism == Mechanism.OTHER) {
      return; // as many as it takes
    }
    byte[] octets = line.tooLong() ? null : decode(line.text(from));
    if (octets == null) {
      end();
    } else if (mechanism == Mechanism.PLAIN) {
      plain(octets);
    } else {
      login(LineBuffer.text(octets, 0, octets.length));
    }
  }

  /** {@code [authzid] NUL authcid NUL passwd}. */
  private void plain(byte[] octets) {
    int first = indexOfZero(octets, 0);
    int second = first < 0 ? -1 : indexOfZero(octets, first + 1);
    if (second >= 0) {
      complete(
          LineBuffer.text(octets, first + 1, second - first - 1),
          LineBuffer.text(octets, second + 1, octets.length - second - 1));
    }
    end();
  }

  private void login(String text) {
    if (user == null) {
      user = text;
    } else {
      complete(user, text);
      end();
    }
  }

  private void complete(String name, String password) {
    if (due != null) {
      due.login = new Credential(protocol.name(), name, password, false);
    }
  }

  private static int indexOfZero(byte[] octets, int from) {
    for (int i = from; i < octets.length; i++) {
      if (octets[i] == 0) {
        return i;
      }
    }
    return -1;
  }

  /** The octets of a Base64 text, or null; {@code =} alone stands for none (RFC 4954, 4). */
  static byte @Nullable [] decode(String text) {
    String stripped = text.strip();
    if (stripped.equals("=")) {
      return new byte[0];
    }
    try {
      return Base64.getDecoder().decode(stripped);
    } catch (IllegalArgumentException notBase64) {
      return null;
    }
  }
}
