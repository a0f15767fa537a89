package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the datagrams of an association to one destination go: found once, used for each. While it
 * is searched for, datagrams wait, so that they keep their order.
 */
final class Route implements UdpOwner.Finding {

  /** Datagrams that wait for one name. */
  static final int MAX_WAITING = 16;

  /** Octets that wait for one name; a datagram on its own may be larger. */
  static final int MAX_WAITING_OCTETS = 64 * 1024;

  /** How long a name's address is used before the name is resolved again. */
  static final long NAME_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** How long a name that was not resolved is not looked up again. */
  static final long NO_NAME_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Queue<byte[]> NOBODY = new ArrayDeque<>(1);

  private final UdpAssociation association;
  final Octets key;
  final int port;
  long high;
  long low;
  @Nullable UdpPort via;

  /** The counter of the reason why datagrams are dropped; null: they are not. */
  @Nullable Counter droppedFor;

  /** When a name is to be resolved again. */
  private long untilNanos;

  private boolean pending = true;
  private @Nullable Runnable search;
  private Queue<byte[]> waiting = NOBODY;
  private int waitingOctets;

  private final boolean named;

  Route(UdpAssociation association, Octets key, boolean named, int port) {
    this.association = association;
    this.key = key;
    this.named = named;
    this.port = port;
  }

  /**
   * @param givesUp cancels the search; null: it is over
   */
  void searching(@Nullable Runnable givesUp) {
    if (pending) {
      search = givesUp;
    }
  }

  boolean isPending() {
    return pending;
  }

  /** Whether it has to be found again: the addresses of a name may have changed. */
  boolean isStale(long nowNanos) {
    return named && !pending && nowNanos - untilNanos >= 0;
  }

  /** Keeps a copy of a payload until the route is found. */
  void await(ByteBuffer memory, int at, int length) {
    boolean full =
        waiting.size() >= MAX_WAITING
            || (waitingOctets > 0 && waitingOctets + length > MAX_WAITING_OCTETS);
    if (full || !association.loop().held.take(length)) {
      association.loop().drop(Counter.UDP_DROPPED_QUEUE_FULL, 1);
      return;
    }
    if (waiting == NOBODY) {
      waiting = new ArrayDeque<>(4);
    }
    byte[] copy = new byte[length];
    memory.get(at, copy);
    waiting.add(copy);
    waitingOctets += length;
  }

  @Override
  public void found(InetAddress address, @Nullable InetAddress source) {
    high = PackedAddress.high(address);
    low = PackedAddress.low(address);
    via = association.portTowards(address, source);
    settle(via == null ? Counter.UDP_DROPPED_NO_SOCKET : null);
  }

  @Override
  public void dropped(Counter why) {
    settle(why);
  }

  private void settle(@Nullable Counter why) {
    association.searchOver();
    pending = false;
    search = null;
    droppedFor = why;
    if (named) {
      untilNanos =
          System.nanoTime() + (why == Counter.UDP_DROPPED_UNRESOLVED ? NO_NAME_NANOS : NAME_NANOS);
    }
    if (waiting.isEmpty()) {
      return;
    }
    if (association.loop().busy) { // the memory is in use by a batch
      pending = true;
      association.loop().eventLoop().execute(association.guarded(this::release));
    } else {
      release();
    }
  }

  private void release() {
    if (waiting.isEmpty()) {
      return; // forgotten in the meantime
    }
    pending = false;
    Queue<byte[]> payloads = waiting;
    waiting = NOBODY;
    association.loop().held.give(waitingOctets);
    waitingOctets = 0;
    association.passOn(this, payloads);
  }

  /** The route is removed from its table: waiting datagrams are dropped. */
  void forget() {
    if (search != null) {
      association.searchOver();
      search.run();
      search = null;
    }
    if (!waiting.isEmpty()) {
      association.loop().drop(Counter.UDP_DROPPED_QUEUE_FULL, waiting.size());
      association.loop().held.give(waitingOctets);
      waiting = NOBODY;
      waitingOctets = 0;
    }
  }
}
