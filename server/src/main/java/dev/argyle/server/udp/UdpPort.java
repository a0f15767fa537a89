package dev.argyle.server.udp;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.Counter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A socket for datagrams, bound, at one loop. Belongs to it. */
public abstract class UdpPort implements SocketEvents, LoopTurns.Turn {

  /** Who is told that datagrams may be there. */
  interface Reader extends Supervised {

    /** A hint: receive until none are left, or ask for another turn ({@link UdpPort#again}). */
    void readable(UdpPort port);
  }

  private final UdpLoop loop;
  private final InetSocketAddress local;
  private @Nullable Reader reader;
  private boolean waitsForTurn;
  private boolean closed;

  UdpPort(UdpLoop loop, InetSocketAddress local) {
    this.loop = loop;
    this.local = local;
  }

  /** Where it is bound. */
  final InetSocketAddress local() {
    return local;
  }

  /** From now on {@code to} is told. False: the system does not watch the socket. */
  final boolean attach(Reader to) {
    reader = to;
    return register();
  }

  abstract boolean register();

  /** Tells the reader again, after others have had their turn. */
  void again() {
    if (!waitsForTurn) {
      waitsForTurn = true;
      loop.turns().later(this);
    }
  }

  @Override
  public final void turn() {
    waitsForTurn = false;
    ready();
  }

  @Override
  public final void ready() {
    if (reader != null && !waitsForTurn && !closed) {
      reader.readable(this);
    }
  }

  @Override
  public final void onBug(Throwable bug) {
    Supervised owner = reader == null ? SocketEvents.NOBODY : reader;
    owner.onBug(bug);
  }

  /**
   * Receives what is there into the loop's inbox.
   *
   * @return how many, up to {@link Inbox#SLOTS}; fewer: no more are there
   */
  abstract int receive();

  /**
   * Sends what is in the loop's outbox, and empties it. What could not be sent is counted; what was
   * is in the outbox's figures.
   */
  abstract void send();

  /** Why a datagram is dropped that could not be sent. */
  static Counter reason(int errno) {
    return switch (errno) {
      case Errno.EMSGSIZE -> Counter.UDP_DROPPED_TOO_BIG;
      case Errno.EAGAIN, Errno.ENOBUFS -> Counter.UDP_DROPPED_WOULD_BLOCK;
      default -> Counter.UDP_DROPPED_UNREACHABLE;
    };
  }

  /** Closes it; more calls do nothing. */
  final void close() {
    if (!closed) {
      closed = true;
      release();
    }
  }

  abstract void release();
}
