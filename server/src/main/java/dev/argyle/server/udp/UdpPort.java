package dev.argyle.server.udp;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.Counter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** A socket for datagrams, bound, at one loop. Belongs to it. */
public abstract class UdpPort implements SocketEvents {

  /** Who is told that datagrams may be there. */
  interface Reader extends Supervised {

    /**
     * A hint: receives up to so many.
     *
     * @return how many there were; as many as it might: it is told again, in a turn of its user
     */
    int readable(UdpPort port, int most);
  }

  private final UdpLoop loop;
  private final InetSocketAddress local;
  private @Nullable Reader reader;
  private @Nullable LoopShare share;
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

  /**
   * From now on {@code to} is told. False: the system does not watch the socket.
   *
   * @param of whose turns it takes
   */
  final boolean attach(Reader to, LoopShare of) {
    reader = to;
    share = of;
    return register();
  }

  abstract boolean register();

  /** An event: a few datagrams are passed on now, more in a turn. */
  @Override
  public final void ready() {
    LoopShare user = share;
    if (reader == null || user == null || waitsForTurn || closed) {
      return;
    }
    long now = loop.nanoTime();
    int most = user.atOnce(now);
    if (most == 0) {
      waitForTurn(user);
      return;
    }
    int count = read(reader, user, most);
    user.passedAtOnce(count, loop.nanoTime() - now);
  }

  /** Its turn: answers how many datagrams there were. */
  final int turn(int most) {
    waitsForTurn = false;
    LoopShare user = share;
    if (reader == null || user == null || closed) {
      return 0;
    }
    try {
      return read(reader, user, most);
    } catch (Throwable bug) {
      tell(bug);
      return 0;
    }
  }

  /** Datagrams may be left, of which no event tells: it gets a turn. */
  final void again() {
    LoopShare user = share;
    if (user != null && !closed) {
      waitForTurn(user);
    }
  }

  private int read(Reader told, LoopShare user, int most) {
    int count = told.readable(this, most);
    if (count >= most && !closed) {
      waitForTurn(user);
    }
    return count;
  }

  private void waitForTurn(LoopShare user) {
    if (!waitsForTurn) {
      waitsForTurn = true;
      user.later(this);
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
   * @param most 1 to {@link Inbox#SLOTS}
   * @return how many; fewer than asked for: no more are there
   */
  abstract int receive(int most);

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
