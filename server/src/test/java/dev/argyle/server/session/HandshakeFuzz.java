package dev.argyle.server.session;

import dev.argyle.server.session.Handshake.Action;
import dev.argyle.wire.socks.Method;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Fuzz target: a client's octets up to its request, and pieces that they come in. In pieces or
 * whole, the same is done, and the same octets are left for the tunnel.
 *
 * <p>The first octet says what is offered (bit 0: no authentication, bit 1: passwords) and whether
 * a password is right (bit 2); the second and third how long pieces are, in turn.
 */
public final class HandshakeFuzz {

  private static final int LONGEST_MESSAGE = 513; // credentials

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
    List<Method> offered = new ArrayList<>();
    if ((mode & 1) != 0) {
      offered.add(Method.NONE);
    }
    if ((mode & 2) != 0) {
      offered.add(Method.PASSWORD);
    }
    Handshake handshake = new Handshake(offered);
    List<Action> actions = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(octets).limit(0);
    for (int turn = 0; ; turn++) {
      for (Action action = handshake.next(in); action != null; action = handshake.next(in)) {
        actions.add(action);
        if (action instanceof Action.Verify) {
          actions.add(handshake.judged((mode & 4) != 0));
        }
      }
      if (in.limit() == octets.length) {
        byte[] left = new byte[in.remaining()];
        in.get(left);
        return new Outcome(actions, handshake.state(), left);
      }
      in.limit(Math.min(octets.length, in.limit() + Math.max(1, pieces[turn % pieces.length])));
    }
  }

  private static void check(boolean holds, Outcome whole, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise + ": " + whole);
    }
  }
}
