package dev.argyle.server.relay;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxStreamSocket;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.relay.Holdings.Share;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link PlainDirection} holds while it splices: a pipe of the loop's pool while octets are
 * in it, and how large the next piece is.
 *
 * <p>A piece grows from the buffer size to {@value #PIECE_GROWTH} times it while its reader keeps
 * up: fewer calls an octet (a quarter less CPU at 64 KiB, docs/performance.md). It is also the most
 * that a direction holds when the reader stops.
 */
final class Splice {

  static final int PIECE_GROWTH = 4;

  /** A piece below that is small. */
  static final int SMALL_OCTETS = 8 * 1024;

  /** After that many small pieces in a row, splicing stops. */
  private static final int SMALL_PIECES = 4;

  /** What an unprivileged process may ask for (fs.pipe-max-size, its default). */
  private static final int LARGEST_PIPE_OCTETS = 1 << 20;

  /** The capacity of most pipes: that of the largest piece, where the buffer size is 64 KiB. */
  static final int PIPE_OCTETS = PIECE_GROWTH * SocketLoop.BUFFER_OCTETS;

  private final PipePool pool;
  private final Share share;
  private final int bufferOctets;
  private @Nullable Pipe pipe;
  private int inPipe;
  private int pieceOctets;
  private int smallPieces;

  /**
   * Begins with a pipe.
   *
   * @param share whose the pipe is
   * @return null: no pipe can be had
   */
  static @Nullable Splice begin(PipePool pool, Share share, int bufferOctets) {
    Splice begun = new Splice(pool, share, bufferOctets);
    return begun.borrowed() == null ? null : begun;
  }

  private Splice(PipePool pool, Share share, int bufferOctets) {
    this.pool = pool;
    this.share = share;
    this.bufferOctets = bufferOctets;
    this.pieceOctets = bufferOctets;
  }

  private int largestPiece() {
    return Math.max(bufferOctets, Math.min(PIECE_GROWTH * bufferOctets, LARGEST_PIPE_OCTETS));
  }

  boolean isEmpty() {
    return inPipe == 0;
  }

  /** Whether the stream has become small exchanges, for which copying is cheaper. */
  boolean isSlow() {
    return smallPieces >= SMALL_PIECES;
  }

  /**
   * Moves a piece from the socket into the pipe, which is empty: with octets in it, EAGAIN could
   * mean that the pipe is full.
   *
   * @param mostOctets what is left of the turn's share; the piece is no larger, but the buffer size
   * @param allowedOctets what is left of the account's slice; the piece is no larger
   * @return octets; 0: end of stream; negative: errno, EMFILE where no pipe can be had
   */
  int receive(LinuxStreamSocket from, int mostOctets, int allowedOctets) {
    Pipe into = borrowed();
    if (into == null) {
      return -Errno.EMFILE;
    }
    int share = Math.min(pieceOctets, Math.max(mostOctets, bufferOctets));
    int asked = Math.min(share, allowedOctets);
    int got = (int) from.spliceTo(into.input(), asked);
    if (got > 0) {
      inPipe = got;
      smallPieces = got < SMALL_OCTETS ? smallPieces + 1 : 0;
      if (got == share) { // there was more: the next is larger, if the sink takes this one
        pieceOctets = Math.min(2 * pieceOctets, largestPiece());
      }
    }
    return got;
  }

  private @Nullable Pipe borrowed() {
    Pipe made = pipe == null ? pool.borrow(largestPiece(), share) : pipe;
    pipe = made;
    return made;
  }

  /**
   * Puts octets of the loop's buffer into the pipe.
   *
   * @return how many it took; 0 also where no pipe can be had
   */
  int park(int at, int length) {
    Pipe into = borrowed();
    int parked = into == null ? 0 : Math.max(0, pool.write(into, at, length));
    inPipe += parked;
    return parked;
  }

  /**
   * Moves what is in the pipe to the socket.
   *
   * @return octets taken, 0 or EAGAIN: none now; negative: errno
   */
  int send(LinuxStreamSocket to) {
    Pipe from = pipe;
    if (from == null) {
      return 0;
    }
    int gone = (int) to.spliceFrom(from.output(), inPipe);
    if (gone > 0) {
      inPipe -= gone;
    } else if (!Errno.interrupted(gone)) {
      pieceOctets = bufferOctets; // a reader that falls behind is not fed more than it asked for
    }
    return gone;
  }

  /** Gives an empty pipe back: a direction that waits holds none. */
  void giveBack() {
    if (pipe != null && inPipe == 0) {
      pool.giveBack(pipe, share);
      pipe = null;
    }
  }

  /** Gives the pipe up, with what is in it. */
  void release() {
    giveBack();
    if (pipe != null) {
      pool.discard(pipe, share);
      pipe = null;
    }
  }
}
