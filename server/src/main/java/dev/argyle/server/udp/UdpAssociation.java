package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.Reassembly;
import dev.argyle.wire.socks.UdpHeader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.Queue;
import org.jspecify.annotations.Nullable;

/**
 * One client's datagrams. Those to remotes lose their header and go out through a socket of the
 * remote's family. Those from remotes get a header and go to the client, through the socket that
 * the client was told of. Belongs to one loop, and ends when its owner closes it, or by a bug.
 *
 * <p>The client is one address and one port: the port that it named, or that of its first valid
 * datagram. The sockets towards remotes are opened when they are needed; only remotes that were
 * written to may answer, unless all may. Between two batches only the tables of destinations and
 * remotes, {@value #MAX_KNOWN} entries each, and fragments are kept.
 */
public final class UdpAssociation implements UdpPort.Reader {

  /** Destinations, and remotes, that are remembered; beyond it the least recent is evicted. */
  static final int MAX_KNOWN = 1024;

  /**
   * Names that one association may look up at a time: all clients share the resolver's questions.
   */
  static final int MAX_SEARCHES = 8;

  /** Batches of one port before others have their turn. */
  private static final int BATCHES = 8;

  /** Header of a datagram, before its destination: RSV, FRAG. */
  private static final int BEFORE_DESTINATION = 3;

  private final UdpLoop loop;
  private final UdpPort client;
  private final UdpOwner owner;
  private final @Nullable DatagramSeal seal;
  private final RemotePorts remotePorts;
  private final long clientHigh;
  private final long clientLow;
  private int clientPort;
  private final Octets asked = new Octets(Destination.MAX_LENGTH);
  private final Recent<Octets, Route> routes;
  private final Remotes remotes;
  private @Nullable Object rules;
  private @Nullable Route lastRoute;
  private @Nullable UdpPort sendsThrough;
  private @Nullable Reassembly reassembly;
  private int searches;
  private long nowNanos;
  private long lastActiveNanos;
  private boolean over;

  /**
   * @param client the socket that the client was told of
   * @param from the client's address
   * @param port the client's port; 0: not known yet
   * @param seal how the client's datagrams are protected; null: they are not
   */
  public UdpAssociation(
      UdpLoop loop,
      UdpPort client,
      InetAddress from,
      int port,
      UdpOwner owner,
      @Nullable DatagramSeal seal) {
    this.loop = loop;
    this.client = client;
    this.owner = owner;
    this.seal = seal;
    this.routes = new Recent<>(MAX_KNOWN, loop.known);
    this.remotes = new Remotes(MAX_KNOWN, loop.known);
    this.remotePorts = new RemotePorts(loop, this);
    this.clientHigh = PackedAddress.high(from);
    this.clientLow = PackedAddress.low(from);
    this.clientPort = port;
    this.nowNanos = System.nanoTime();
    this.lastActiveNanos = nowNanos;
  }

  /** Begins. False: the system does not watch the socket; close it then. */
  public boolean start() {
    return client.attach(this);
  }

  /** The last time that a datagram was passed on, by {@link System#nanoTime}. */
  public long lastActiveNanos() {
    return lastActiveNanos;
  }

  /** Drops fragments that are too old; to be called from time to time. */
  public void sweep(long now) {
    if (reassembly != null) {
      reassembly.expire(now);
      countLostFragments(reassembly);
    }
  }

  /** Closes all sockets. More calls do nothing. */
  public void close() {
    if (over) {
      return;
    }
    over = true;
    client.close();
    remotePorts.close();
    forgetRoutes();
    remotes.clear();
    abandonFragments();
  }

  @Override
  public void onBug(Throwable bug) {
    close();
    owner.onBug(bug);
  }

  UdpLoop loop() {
    return loop;
  }

  @Override
  public void readable(UdpPort port) {
    loop.busy = true;
    try {
      int batches = seal == null ? BATCHES : 1; // each datagram of a sealed client takes a while
      for (int batch = 0; batch < batches; batch++) {
        int count = over ? 0 : port.receive();
        if (count > 0) {
          nowNanos = System.nanoTime();
          if (port == client) {
            upward(count);
          } else {
            downward(count);
          }
        }
        if (count < Inbox.SLOTS) {
          return;
        }
      }
      port.again();
    } finally {
      loop.busy = false;
      loop.outbox.count = 0; // it is already, unless something was thrown
    }
  }

  // From the client.

  private void upward(int count) {
    Object now = owner.rules();
    if (now != rules) {
      rules = now;
      forgetRoutes();
      remotes.clear();
    }
    Inbox inbox = loop.inbox;
    for (int slot = 0; slot < count && !over; slot++) {
      if (isClient(inbox.highs[slot], inbox.lows[slot], inbox.ports[slot])) {
        fromClient(Inbox.start(slot), inbox.lengths[slot], inbox.ports[slot]);
      } else {
        loop.drop(Counter.UDP_DROPPED_WRONG_SOURCE, 1);
      }
    }
    flushUp();
  }

  private boolean isClient(long high, long low, int port) {
    return low == clientLow && high == clientHigh && (clientPort == 0 || clientPort == port);
  }

  private void fromClient(int at, int received, int port) {
    ByteBuffer memory = loop.memory;
    int octets = seal == null ? received : seal.unwrap(memory, at, received);
    if (octets == DatagramSeal.NOTHING) {
      loop.drop(Counter.UDP_DROPPED_SEAL, 1);
      return;
    }
    int header = UdpHeader.lengthIn(memory, at, octets);
    if (header == 0 || memory.getShort(at + header - 2) == 0) { // nothing listens at port 0
      loop.drop(Counter.UDP_DROPPED_MALFORMED, 1);
      return;
    }
    clientPort = port;
    int to = at + BEFORE_DESTINATION;
    int toLength = header - BEFORE_DESTINATION;
    int fragment = Byte.toUnsignedInt(memory.get(at + 2));
    if (fragment != 0) {
      fragment(fragment, to, toLength, at + header, octets - header);
      return;
    }
    abandonFragments();
    passOn(to, toLength, at + header, octets - header);
  }

  private void fragment(int fragment, int to, int toLength, int at, int octets) {
    if (reassembly == null) {
      reassembly = new Reassembly(loop.held);
    }
    Reassembly queue = reassembly;
    switch (queue.add(fragment, loop.memory, to, toLength, at, octets, nowNanos)) {
      case KEPT -> {}
      case WHOLE -> {
        flushUp(); // a datagram in the spare slot may not be sent yet
        int spare = Inbox.start(Inbox.SPARE);
        ByteBuffer whole = queue.takeWhole();
        int length = whole.remaining();
        loop.memory.put(spare, whole, 0, length);
        passOn(to, toLength, spare, length);
      }
      case NOISE -> loop.drop(Counter.UDP_DROPPED_FRAGMENTS, 1);
      case TOO_BIG -> loop.drop(Counter.UDP_DROPPED_TOO_BIG, 1);
      case NO_ROOM -> loop.drop(Counter.UDP_DROPPED_QUEUE_FULL, 1);
    }
    countLostFragments(queue);
  }

  private void abandonFragments() {
    if (reassembly != null) {
      reassembly.abandon();
      countLostFragments(reassembly);
    }
  }

  /** Also drops a queue that is not in use. */
  private void countLostFragments(Reassembly queue) {
    int lost = queue.takeLost();
    if (lost > 0) {
      loop.drop(Counter.UDP_DROPPED_FRAGMENTS, lost);
    }
    if (!queue.isActive()) {
      reassembly = null;
    }
  }

  private void passOn(int to, int toLength, int at, int octets) {
    Route route = route(to, toLength);
    if (route == null) {
      loop.drop(Counter.UDP_DROPPED_QUEUE_FULL, 1);
    } else {
      passOn(route, at, octets);
    }
  }

  /**
   * The route to the destination that is written at a place of the memory; null: it is a name, and
   * too many are being looked up.
   */
  private @Nullable Route route(int at, int length) {
    Route last = lastRoute;
    if (last != null && last.key.isAt(loop.memory, at, length) && !last.isStale(nowNanos)) {
      return last;
    }
    Octets key = asked.set(loop.memory, at, length);
    Route route = routes.get(key);
    if (route == null || route.isStale(nowNanos)) {
      route = find(key.copy());
      if (route == null) {
        return null;
      }
      routes.put(route.key, route);
    }
    lastRoute = route;
    if (route.via != null) {
      remotes.wrote(route.high, route.low);
    }
    return route;
  }

  private @Nullable Route find(Octets key) {
    if (!(Destination.read(key.view())
        instanceof Decoded.Message<Destination, Void>(Destination destination))) {
      throw new IllegalStateException("a destination that was measured can be read");
    }
    boolean named = destination.host() instanceof Host.Name;
    if (named && searches >= MAX_SEARCHES) {
      return null;
    }
    Route route = new Route(this, key, named, destination.port());
    searches++;
    route.searching(owner.find(destination, route));
    return route;
  }

  /** The search for a route has ended. */
  void searchOver() {
    searches--;
  }

  /** Sends a payload, keeps it until its route is known, or drops it. */
  private void passOn(Route route, int at, int octets) {
    if (route.isPending()) {
      route.await(loop.memory, at, octets);
    } else if (route.droppedFor != null) {
      loop.drop(route.droppedFor, 1);
    } else {
      if (sendsThrough != route.via || loop.outbox.isFull()) {
        flushUp();
        sendsThrough = route.via;
      }
      loop.outbox.add(at, octets, 0, route.high, route.low, route.port);
    }
  }

  /** Sends payloads that have waited for a name. */
  void passOn(Route route, Queue<byte[]> payloads) {
    if (over) {
      return;
    }
    nowNanos = System.nanoTime();
    if (route.via != null) {
      remotes.wrote(route.high, route.low);
    }
    int spare = Inbox.start(Inbox.SPARE);
    try {
      for (byte[] payload : payloads) {
        loop.memory.put(spare, payload);
        passOn(route, spare, payload.length);
        flushUp();
      }
    } finally {
      loop.outbox.count = 0;
    }
  }

  private void flushUp() {
    if (loop.outbox.count > 0 && sendsThrough != null && !over) {
      sendsThrough.send();
      if (loop.outbox.sent > 0) {
        lastActiveNanos = nowNanos;
        loop.counters().add(Counter.UDP_DATAGRAMS_UP, loop.outbox.sent);
        owner.up(loop.outbox.sentOctets);
      }
    }
  }

  /** The socket for a remote; null: none can be opened. */
  @Nullable UdpPort portTowards(InetAddress address, @Nullable InetAddress source) {
    return remotePorts.towards(address, source);
  }

  private void forgetRoutes() {
    routes.values().forEach(Route::forget);
    routes.clear();
    lastRoute = null;
  }

  // From remotes.

  private void downward(int count) {
    Inbox inbox = loop.inbox;
    Outbox outbox = loop.outbox;
    boolean all = owner.fullCone();
    for (int slot = 0; slot < count && !over; slot++) {
      long high = inbox.highs[slot];
      long low = inbox.lows[slot];
      if (clientPort == 0 || !(all || remotes.mayAnswer(high, low))) {
        loop.drop(Counter.UDP_DROPPED_STRANGER, 1);
        continue;
      }
      int payload = inbox.lengths[slot];
      int header =
          PackedAddress.writeHeader(loop.memory, Inbox.start(slot), high, low, inbox.ports[slot]);
      int at = Inbox.start(slot) - header;
      int octets = seal == null ? header + payload : seal.wrap(loop.memory, at, header + payload);
      if (octets == DatagramSeal.NOTHING) {
        loop.drop(Counter.UDP_DROPPED_TOO_BIG, 1);
      } else {
        outbox.add(at, octets, octets - payload, clientHigh, clientLow, clientPort);
      }
    }
    if (outbox.count > 0) {
      client.send();
      if (outbox.sent > 0) {
        lastActiveNanos = nowNanos;
        loop.counters().add(Counter.UDP_DATAGRAMS_DOWN, outbox.sent);
        owner.down(outbox.sentOctets);
      }
    }
  }

  /** Where the client is to send to. */
  public InetSocketAddress local() {
    return client.local();
  }
}
