package dev.argyle.server.session;

import dev.argyle.server.session.Handshake.Action;
import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.session.gssapi.TransparentSeal;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.socks.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: a client's octets up to its request, and pieces that they come in. In pieces or
 * whole, the same is done, and the same octets are left for the tunnel.
 *
 * <p>The first octet says what is offered (bit 0: no authentication, bit 1: passwords, bit 3:
 * GSSAPI), whether a password is right (bit 2) and what a negotiation ends with (bit 4: a seal);
 * the second and third how long pieces are, in turn.
 */
public final class HandshakeFuzz {

  private static final int LONGEST_MESSAGE = 513; // credentials
  private static final Token ANSWER = new Token(Purpose.CONTEXT, new byte[] {7});

  private HandshakeFuzz() {}

  @SuppressWarnings("ArrayRecordComponent") // equalTo looks into it
  private record Outcome(List<Action> actions, Handshake.State state, byte[] left) {
    boolean equalTo(Outcome other) {
      return actions.equals(other.actions)
          && state == other.state
          && Arrays.equals(left, other.left);
    }
  }

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length < 3) {
      return;
    }
    byte[] octets = Arrays.copyOfRange(input, 3, input.length);
    int[] pieces = {1 + Byte.toUnsignedInt(input[1]), 1 + Byte.toUnsignedInt(input[2])};
    Outcome whole = play(input[0], octets, octets.length);
    check(whole.equalTo(play(input[0], octets, 1)), whole, "octet by octet, another outcome");
    check(whole.equalTo(play(input[0], octets, pieces)), whole, "in pieces, another outcome");
    check(
        whole.left().length <= LONGEST_MESSAGE || whole.state() == Handshake.State.DONE,
        whole,
        "waits for a message longer than any");
  }

  private static Outcome play(int mode, byte[] octets, int... pieces) {
    Handshake handshake = new Handshake(offered(mode));
    List<Action> actions = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(octets).limit(0);
    for (int turn = 0; ; turn++) {
      for (Action action = handshake.next(in); action != null; action = handshake.next(in)) {
        actions.add(action);
        Action answer = answered(mode, handshake, action);
        if (answer != null) {
          actions.add(answer);
        }
      }
      if (in.limit() == octets.length) {
        return new Outcome(actions, handshake.state(), left(handshake, in));
      }
      in.limit(Math.min(octets.length, in.limit() + Math.max(1, pieces[turn % pieces.length])));
    }
  }

  private static List<Method> offered(int mode) {
    List<Method> offered = new ArrayList<>();
    if ((mode & 1) != 0) {
      offered.add(Method.NONE);
    }
    if ((mode & 2) != 0) {
      offered.add(Method.PASSWORD);
    }
    if ((mode & 8) != 0) {
      offered.addFirst(Method.GSSAPI);
    }
    return offered;
  }

  private static @Nullable Action answered(int mode, Handshake handshake, Action action) {
    return switch (action) {
      case Action.Verify _ -> handshake.judged((mode & 4) != 0);
      case Action.Negotiate(Token(Purpose purpose, byte[] value)) ->
          handshake.negotiated(
              switch (purpose) {
                case CONTEXT -> new Step.Continue(value.length == 0 ? null : ANSWER);
                case PROTECTION_LEVEL ->
                    new Step.Agreed(
                        ANSWER, "ana", "ana@X", (mode & 16) == 0 ? null : TransparentSeal.make());
                case DATA -> new Step.Refused("no", null);
              });
      case Action.Answer _, Action.Serve _, Action.Refuse _, Action.Reject _, Action.Hang _ -> null;
    };
  }

  /** What the tunnel begins with; of a sealed one, what came whole in the request's own frame. */
  private static byte[] left(Handshake handshake, ByteBuffer in) {
    Sealing sealing = handshake.state() == Handshake.State.DONE ? handshake.sealing() : null;
    byte[] plain = sealing == null ? new byte[0] : sealing.payload();
    ByteBuffer all = ByteBuffer.allocate(plain.length + in.remaining()).put(plain).put(in);
    return all.array();
  }

  private static void check(boolean holds, Outcome whole, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise + ": " + whole);
    }
  }
}
