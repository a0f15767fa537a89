package dev.argyle.server.udp;

import dev.argyle.server.egress.Sources;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.Destination;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Where the datagrams of an association to one destination go: found once, used for each. While it
 * is not known, datagrams wait, so that they keep their order.
 */
final class Route implements UdpOwner.Finding {

  /** Datagrams that wait for one name. */
  static final int MAX_WAITING = 16;

  /** Octets that wait for one name; a datagram on its own may be larger. */
  static final int MAX_WAITING_OCTETS = 64 * 1024;

  /** What a datagram that waits takes beside its payload. */
  static final int DATAGRAM_OCTETS = 64;

  /** What a name that waits takes, with its look-up. */
  static final int NAME_OCTETS = 1024;

  /**
   * How long datagrams wait for a name, from the first on. Later than that they are of no use: a
   * client without an answer has sent them again.
   */
  static final long PENDING_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** How long a name's address is used before the name is resolved again. */
  static final long NAME_NANOS = TimeUnit.SECONDS.toNanos(30);

  /** How long a name that was not resolved is not looked up again. */
  static final long NO_NAME_NANOS = TimeUnit.SECONDS.toNanos(1);

  private static final Queue<byte[]> NOBODY = new ArrayDeque<>(1);

  private final UdpAssociation association;
  private final Routes routes;
  final Octets key;
  final Destination destination;
  private final long bornNanos;
  long high;
  long low;
  @Nullable UdpPort via;
  private @Nullable Sources sources;
  private @Nullable Object rules; // that were asked last

  /** The counter of the reason why datagrams are dropped; null: they are not. */
  @Nullable Counter droppedFor;

  /** When a name is to be resolved again. */
  private long untilNanos;

  private boolean named;
  private boolean pending;
  private boolean settled;
  private boolean forgotten;
  private @Nullable Runnable search;
  private Queue<byte[]> waiting = NOBODY;
  private int heldOctets;

  Route(
      UdpAssociation association,
      Routes routes,
      Octets key,
      Destination destination,
      long nowNanos) {
    this.association = association;
    this.routes = routes;
    this.key = key;
    this.destination = destination;
    this.bornNanos = nowNanos;
  }

  int port() {
    return destination.port();
  }

  /** It is a name's: takes the room that it needs. Answers why there is none; null: there is. */
  @Nullable Counter reserve() {
    named = true;
    pending = true;
    return hold(NAME_OCTETS);
  }

  /** Whether datagrams are to wait. */
  boolean isPending() {
    return pending;
  }

  private @Nullable Counter hold(int octets) {
    Counter refusal = association.share().hold(octets);
    if (refusal == null) {
      heldOctets += octets;
    }
    return refusal;
  }

  /** Where it leads; null: nowhere. */
  @Nullable InetAddress address() {
    return via == null ? null : PackedAddress.unpack(high, low);
  }

  /**
   * Whether these rules, which are those of now, let datagrams go this way. They are asked if they
   * are others than before; a destination that led nowhere is to be found anew then.
   */
  boolean holds(@Nullable Object now, UdpOwner owner) {
    if (now == rules) {
      return true;
    }
    InetAddress address = address();
    if (address == null || !owner.allows(destination, address, sources)) {
      return false;
    }
    rules = now;
    return true;
  }

  /**
   * Begins the search, which may be over at once.
   *
   * @param before where it led until now; null: nowhere
   */
  void search(UdpOwner owner, @Nullable InetAddress before) {
    rules = association.rules();
    Runnable givesUp = owner.find(destination, before, this);
    if (!settled) {
      search = givesUp;
    }
  }

  /** Whether it has to be found again: the addresses of a name may have changed. */
  boolean isStale(long nowNanos) {
    return named && nowNanos - untilNanos >= 0;
  }

  /** Whether its search takes too long. */
  boolean isLate(long nowNanos) {
    return nowNanos - bornNanos >= PENDING_NANOS;
  }

  /** Keeps a copy of a payload until the route is found. */
  void await(ByteBuffer memory, int at, int length) {
    int octets = waitingOctets();
    boolean full =
        waiting.size() >= MAX_WAITING || (octets > 0 && octets + length > MAX_WAITING_OCTETS);
    Counter refusal = full ? Counter.UDP_DROPPED_QUEUE_FULL : hold(length + DATAGRAM_OCTETS);
    if (refusal != null) {
      association.loop().drop(refusal, 1);
      return;
    }
    if (waiting == NOBODY) {
      waiting = new ArrayDeque<>(4);
    }
    byte[] copy = new byte[length];
    memory.get(at, copy);
    waiting.add(copy);
  }

  private int waitingOctets() {
    return Math.max(0, heldOctets - NAME_OCTETS - waiting.size() * DATAGRAM_OCTETS);
  }

  @Override
  public void found(InetAddress address, @Nullable Sources from) {
    high = PackedAddress.high(address);
    low = PackedAddress.low(address);
    sources = from;
    via = association.portTowards(address, from);
    settle(via == null ? Counter.UDP_DROPPED_NO_SOCKET : null);
  }

  @Override
  public void dropped(Counter why) {
    settle(why);
  }

  /** Nobody answered in time: what waits is dropped. */
  void giveUp() {
    if (search != null) {
      search.run();
    }
    settle(Counter.UDP_DROPPED_UNRESOLVED);
  }

  private void settle(@Nullable Counter why) {
    if (settled || forgotten) {
      return;
    }
    settled = true;
    search = null;
    droppedFor = why;
    untilNanos =
        association.loop().nanoTime()
            + (why == Counter.UDP_DROPPED_UNRESOLVED ? NO_NAME_NANOS : NAME_NANOS);
    if (!named) {
      return;
    }
    if (!waiting.isEmpty() && association.loop().busy) { // the memory is in use by a batch
      association.loop().eventLoop().execute(association.guarded(this::release));
    } else {
      release();
    }
  }

  private void release() {
    if (forgotten) {
      return;
    }
    Queue<byte[]> payloads = waiting;
    pending = false;
    free();
    routes.known(this);
    if (!payloads.isEmpty()) {
      association.passOn(this, payloads);
    }
  }

  private void free() {
    waiting = NOBODY;
    association.share().release(heldOctets);
    heldOctets = 0;
  }

  /** It is removed: waiting datagrams are dropped. */
  void forget() {
    forgotten = true;
    pending = false;
    if (search != null) {
      search.run();
      search = null;
    }
    if (!waiting.isEmpty()) {
      association.loop().drop(Counter.UDP_DROPPED_UNRESOLVED, waiting.size());
    }
    free();
  }
}
