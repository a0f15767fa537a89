package dev.argyle.server.relay;

import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;

/**
 * A tunnel whose octets stay in the kernel: two {@link Direction}s between two sockets of one event
 * loop. Each direction ends by itself (half-close); a reset of one side is passed on as a reset to
 * the other; whatever happens, both sockets are closed once.
 */
public final class SpliceTunnel implements Tunnel, SocketEvents, Runnable {

  private final SpliceLoop loop;
  private final TunnelOwner owner;
  private final Direction up;
  private final Direction down;
  private long lastActiveNanos;
  private boolean queued;
  private boolean over;

  /**
   * Takes both sockets over; {@link #start} begins.
   *
   * @param first octets of the client that were received with its request; they go first
   */
  public SpliceTunnel(
      SpliceLoop loop, NativeSocket client, NativeSocket remote, byte[] first, TunnelOwner owner) {
    int bufferOctets = loop.settings().bufferOctets();
    this.loop = loop;
    this.owner = owner;
    Onlooker onlooker = new Onlooker(loop.counters(), owner.tap());
    this.up = new Direction(client, remote, bufferOctets, onlooker, true);
    this.down = new Direction(remote, client, bufferOctets, onlooker, false);
    if (first.length > 0) {
      up.begin(first);
    }
  }

  /** Moves what is there already. */
  public void start() {
    loop.counters().add(Counter.SPLICE_TUNNELS, 1);
    lastActiveNanos = System.nanoTime();
    up.from.handOver(this);
    up.to.handOver(this);
    pump();
  }

  @Override
  public void ready(NativeSocket socket) {
    pump();
  }

  @Override
  public void run() {
    queued = false;
    pump();
  }

  private void pump() {
    if (over) {
      return;
    }
    try {
      Direction.Step upward = up.pump(loop);
      Direction.Step downward = down.pump(loop);
      report();
      if (!endsBy(up, upward) && !endsBy(down, downward) && !endsByError()) {
        goOn(upward, downward);
      }
    } catch (RuntimeException bug) {
      loop.counters().add(Counter.BUGS, 1);
      end(EndReason.BUG);
      throw bug;
    }
  }

  private void report() {
    long fromClient = up.takeReceived();
    long toClient = down.takeSent();
    if (fromClient > 0) {
      owner.up(fromClient);
    }
    if (toClient > 0) {
      owner.down(toClient);
    }
    // The other two have to be taken as well; not short-circuited.
    boolean moved = (up.takeSent() | down.takeReceived()) != 0;
    if (moved || fromClient > 0 || toClient > 0) {
      lastActiveNanos = System.nanoTime();
    }
  }

  private void goOn(Direction.Step upward, Direction.Step downward) {
    if (up.ended() && down.ended()) {
      end(EndReason.DONE);
    } else if ((upward == Direction.Step.GOES_ON || downward == Direction.Step.GOES_ON)
        && !queued) {
      queued = true;
      loop.eventLoop().execute(this);
    }
  }

  private boolean endsBy(Direction direction, Direction.Step step) {
    return switch (step) {
      case WAITS, GOES_ON, ENDED -> false;
      case SOURCE_FAILED -> fail(direction.from);
      case SINK_FAILED -> fail(direction.to);
    };
  }

  /** An error on a socket whose direction has ended makes no call that would notice. */
  private boolean endsByError() {
    return endsByErrorOf(up.from) || endsByErrorOf(up.to);
  }

  private boolean endsByErrorOf(NativeSocket socket) {
    if (!socket.failed()) {
      return false;
    }
    int error =
        loop.calls().option(socket.intValue(), SocketOption.SOL_SOCKET, SocketOption.SO_ERROR);
    return error > 0 && fail(socket);
  }

  /** One side is broken: the other gets a reset. */
  private boolean fail(NativeSocket broken) {
    NativeSocket other = broken == up.from ? up.to : up.from;
    loop.calls().resetOnClose(other.intValue());
    loop.counters().add(Counter.RESETS_PASSED_ON, 1);
    end(broken == up.from ? EndReason.RESET_BY_CLIENT : EndReason.RESET_BY_DESTINATION);
    return true;
  }

  @Override
  public long lastActiveNanos() {
    return lastActiveNanos;
  }

  @Override
  public void end(EndReason reason) {
    if (over) {
      return;
    }
    over = true;
    report();
    up.release(loop);
    down.release(loop);
    up.from.close();
    up.to.close();
    owner.ended(reason);
  }
}
