package dev.argyle.server.dissect;

import dev.argyle.wire.TextProtocol;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntUnaryOperator;

/** What a client and a server say, and what a dissection makes of it. */
final class Conversation {

  /** One side's octets. */
  record Step(boolean fromClient, byte[] octets) {}

  /** What came of it: the logins, and after how many steps no more was wanted (or all of them). */
  record Outcome(List<Credential> logins, int stepsTaken, boolean wantsMore) {}

  private final List<Step> steps = new ArrayList<>();

  /** A line of the client's. */
  Conversation client(String line) {
    return raw(true, line + "\r\n");
  }

  /** A line of the server's. */
  Conversation server(String line) {
    return raw(false, line + "\r\n");
  }

  /** Octets as they are. */
  Conversation raw(boolean fromClient, String octets) {
    steps.add(new Step(fromClient, octets.getBytes(StandardCharsets.ISO_8859_1)));
    return this;
  }

  Conversation raw(boolean fromClient, byte[] octets) {
    steps.add(new Step(fromClient, octets));
    return this;
  }

  List<Step> steps() {
    return steps;
  }

  /** All of it, each step in one piece. */
  Outcome play() {
    return play(EnumSet.allOf(TextProtocol.class), left -> left);
  }

  /** The logins alone. */
  List<Credential> logins() {
    return play().logins();
  }

  /** The same, each step cut into pieces of the length that {@code piece} says of what is left. */
  Outcome play(Set<TextProtocol> wanted, IntUnaryOperator piece) {
    List<Credential> logins = new ArrayList<>();
    Dissection dissection = new Dissection(wanted, logins::add);
    int taken = 0;
    for (Step step : steps) {
      taken++;
      int at = 0;
      while (at < step.octets().length) {
        int left = step.octets().length - at;
        int length = Math.clamp(piece.applyAsInt(left), 1, left);
        // A buffer of its own, wiped behind the call: what is kept of it shows.
        byte[] lent = new byte[length];
        System.arraycopy(step.octets(), at, lent, 0, length);
        boolean more = dissection.take(step.fromClient(), ByteBuffer.wrap(lent));
        Arrays.fill(lent, (byte) '#');
        if (!more) {
          return new Outcome(logins, taken, false);
        }
        at += length;
      }
    }
    return new Outcome(logins, taken, true);
  }

  static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  static Credential accepted(String protocol, String user, String password) {
    return new Credential(protocol, user, password, true);
  }

  static Credential refused(String protocol, String user, String password) {
    return new Credential(protocol, user, password, false);
  }
}
