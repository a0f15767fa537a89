package dev.argyle.server.dissect;

import dev.argyle.wire.TextProtocol;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Fuzz target: both sides of a conversation, cut into pieces. Cut or not, it yields the same; what
 * it holds stays within its bound; a dissection that wanted no more never wants again.
 *
 * <p>The first octet says who looks: 0 all of them, with the protocol recognised; 1 to 5 one
 * protocol's dissector alone. In what follows, the client speaking first, FF turns to the other
 * side, FE cuts, and FD with an octet N behind it repeats the octet before N * 256 times.
 */
public final class DissectionFuzz {

  /** What a dissection may hold, with the streams' lines and all that is remembered of them. */
  static final long HELD_AT_MOST = 256 * 1024;

  private static final int TURN = 0xFF;
  private static final int CUT = 0xFE;
  private static final int REPEAT = 0xFD;
  private static final int TOGETHER_AT_MOST = Dissection.OCTETS_AT_MOST + 8 * 1024;

  private DissectionFuzz() {}

  /** Octets of one side that come at once, or, of the whole conversation, in one turn. */
  @SuppressWarnings("ArrayRecordComponent") // pieces are not compared
  private record Piece(boolean fromClient, byte[] octets) {}

  private record Outcome(List<Credential> logins, int piecesWanted) {}

  /** Called by Jazzer and by {@code CorpusTest}. */
  public static void fuzzerTestOneInput(byte[] input) {
    if (input.length == 0) {
      return;
    }
    int who = Math.floorMod(input[0], 6);
    List<Piece> whole = new ArrayList<>();
    List<List<Piece>> cut = new ArrayList<>();
    split(input, whole, cut);
    Outcome expected = new Look(who).at(whole.stream().map(List::of).toList());
    Outcome found = new Look(who).at(cut);
    check(expected.equals(found), "whole " + expected + ", cut " + found);
  }

  private static void split(byte[] input, List<Piece> whole, List<List<Piece>> cut) {
    boolean fromClient = true;
    List<Piece> pieces = new ArrayList<>();
    ByteArrayOutputStream turn = new ByteArrayOutputStream();
    ByteArrayOutputStream piece = new ByteArrayOutputStream();
    int left = TOGETHER_AT_MOST;
    for (int i = 1; i <= input.length; i++) {
      int octet = i < input.length ? Byte.toUnsignedInt(input[i]) : TURN;
      if (octet == TURN || octet == CUT) {
        turn.writeBytes(piece.toByteArray());
        pieces.add(new Piece(fromClient, piece.toByteArray()));
        piece.reset();
      }
      if (octet == TURN) {
        whole.add(new Piece(fromClient, turn.toByteArray()));
        turn.reset();
        cut.add(pieces);
        pieces = new ArrayList<>();
        fromClient = !fromClient;
      } else if (octet == REPEAT && i + 1 < input.length) {
        byte[] repeated = new byte[Math.min(Byte.toUnsignedInt(input[i + 1]) * 256, left)];
        Arrays.fill(repeated, input[i - 1]);
        piece.writeBytes(repeated);
        left -= repeated.length;
        i++;
      } else if (octet != CUT && left > 0) {
        piece.write(octet);
        left--;
      }
    }
  }

  /** One look at a conversation. */
  private static final class Look {

    private final List<Credential> logins = new ArrayList<>();
    private final @Nullable Dissection all;
    private final @Nullable Dissector one;
    private boolean wantsMore = true;

    Look(int who) {
      Findings found = logins::add;
      Set<TextProtocol> wanted = EnumSet.allOf(TextProtocol.class);
      all = who == 0 ? new Dissection(wanted, found::found) : null;
      one =
          switch (who) {
            case 0 -> null;
            case 1 -> new Pop3Dissector(found);
            case 2 -> new ImapDissector(found);
            case 3 -> new SmtpDissector(found);
            case 4 -> new FtpDissector(found);
            default -> new HttpDissector(found);
          };
    }

    Outcome at(List<List<Piece>> turns) {
      int wanted = 0;
      for (List<Piece> pieces : turns) {
        boolean before = wantsMore;
        for (Piece piece : pieces) {
          take(piece);
        }
        wanted += before ? 1 : 0;
      }
      for (Credential login : logins) {
        check(login.user().length() <= LineBuffer.OCTETS_AT_MOST, "a long name");
        check(login.password().length() <= LineBuffer.OCTETS_AT_MOST, "a long password");
      }
      return new Outcome(logins, wanted);
    }

    private void take(Piece piece) {
      if (one != null && !wantsMore) {
        return; // whoever is done is not asked again
      }
      int before = logins.size();
      // A buffer of its own, wiped behind the call: what is kept of it shows.
      byte[] lent = piece.octets().clone();
      boolean more = give(piece.fromClient(), ByteBuffer.wrap(lent));
      Arrays.fill(lent, (byte) '#');
      check(wantsMore || !more, "wanted no more, wants again");
      check(wantsMore || before == logins.size(), "wanted no more, found a login");
      if (all != null) {
        check(logins.size() <= Dissection.LOGINS_AT_MOST, "too many logins");
      }
      wantsMore = more;
      long held = Held.octets(all == null ? one : all);
      check(held <= HELD_AT_MOST, "holds " + held);
    }

    private boolean give(boolean fromClient, ByteBuffer octets) {
      if (all != null) {
        return all.take(fromClient, octets);
      }
      if (one != null && fromClient) {
        one.client(octets);
      } else if (one != null) {
        one.server(octets);
      }
      return one != null && !one.done();
    }
  }

  private static void check(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }
}
