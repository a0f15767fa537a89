package dev.argyle.server.udp;

import dev.argyle.server.egress.Sources;
import dev.argyle.server.rate.AccountRates;
import dev.argyle.server.rate.RateLoop;
import dev.argyle.server.telemetry.Counter;
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
 * written to may answer, unless all may. Between two batches the tables of destinations and remotes
 * are kept, {@link Routes#MAX_KNOWN} entries each, fragments, and datagrams that wait for a name.
 */
public final class UdpAssociation implements UdpPort.Reader {

  /** Header of a datagram, before its destination: RSV, FRAG. */
  private static final int BEFORE_DESTINATION = 3;

  private final UdpLoop loop;
  private final LoopShare share;
  private final UdpPort client;
  private final UdpOwner owner;
  private final @Nullable DatagramSeal seal;
  private final RemotePorts remotePorts;
  private final long clientHigh;
  private final long clientLow;
  private int clientPort;
  private final Routes routes;
  private final Remotes remotes;
  private final Fragments fragments;
  private @Nullable RatedDirection up; // null: no limit
  private @Nullable RatedDirection down;
  private long passedOctets; // in the direction that is being looked at
  private @Nullable Object rules;
  private @Nullable UdpPort sendsThrough;
  private long nowNanos;
  private long lastActiveNanos;
  private boolean over;

  /**
   * @param user whose it is
   * @param client the socket that the client was told of
   * @param from the client's address and port; port 0: not known yet
   * @param seal how the client's datagrams are protected; null: they are not
   */
  public UdpAssociation(
      UdpLoop loop,
      UdpShare user,
      UdpPort client,
      InetSocketAddress from,
      UdpOwner owner,
      @Nullable DatagramSeal seal) {
    this.loop = loop;
    this.share = loop.join(user);
    this.client = client;
    this.owner = owner;
    this.seal = seal;
    this.routes = new Routes(this, owner);
    this.remotes = new Remotes(Routes.MAX_KNOWN, this);
    this.fragments = new Fragments(loop, share);
    this.remotePorts = new RemotePorts(loop, this, share, owner);
    this.clientHigh = PackedAddress.high(from.getAddress());
    this.clientLow = PackedAddress.low(from.getAddress());
    this.clientPort = from.getPort();
    this.nowNanos = loop.nanoTime();
    this.lastActiveNanos = nowNanos;
  }

  /** Begins. False: the system does not watch the socket; close it then. */
  public boolean start() {
    return client.attach(this, share);
  }

  /**
   * From now on octets pass no faster than that; its owner's account had no limits before. What may
   * not pass yet waits in the socket, whose buffer the kernel bounds.
   */
  public void limit(RateLoop loops, AccountRates rates) {
    if (!over && up == null) {
      up = new RatedDirection(loops.join(rates, true, client::again), loop.counters());
      down = new RatedDirection(loops.join(rates, false, remotePorts::again), loop.counters());
    }
  }

  /** The last time that a datagram was passed on, by {@link System#nanoTime}. */
  public long lastActiveNanos() {
    return lastActiveNanos;
  }

  /** Drops fragments, and gives up names, that are too old; to be called from time to time. */
  public void sweep(long now) {
    fragments.expire(now);
    routes.expire(now);
  }

  /** Closes all sockets. More calls do nothing. */
  public void close() {
    if (over) {
      return;
    }
    over = true;
    if (up != null && down != null) {
      up.close();
      down.close();
    }
    client.close();
    remotePorts.close();
    routes.clear();
    remotes.clear();
    fragments.abandon();
    loop.leave(share);
  }

  @Override
  public void onBug(Throwable bug) {
    close();
    owner.onBug(bug);
  }

  UdpLoop loop() {
    return loop;
  }

  LoopShare share() {
    return share;
  }

  @Override
  public int readable(UdpPort port, int most) {
    if (over) {
      return 0;
    }
    RatedDirection direction = port == client ? up : down;
    return direction == null ? passOn(port, most) : passOnWithin(direction, port, most);
  }

  private int passOnWithin(RatedDirection direction, UdpPort port, int most) {
    int few = direction.room(most);
    if (few == 0) {
      return 0; // it is woken
    }
    passedOctets = 0;
    int count = passOn(port, few);
    boolean more = count == few;
    direction.passed(count, (int) passedOctets, more);
    if (more && few < most) {
      port.again();
    }
    return count;
  }

  private int passOn(UdpPort port, int most) {
    loop.busy = true;
    try {
      int count = port.receive(most);
      if (count > 0) {
        nowNanos = loop.nanoTime();
        noticeNewRules();
        if (port == client) {
          upward(count);
        } else {
          downward(count);
        }
      }
      return count;
    } finally {
      loop.busy = false;
      loop.outbox.count = 0; // it is already, unless something was thrown
    }
  }

  /** What was decided by others is asked about again when it is used next, in either direction. */
  private void noticeNewRules() {
    Object now = owner.rules();
    if (now != rules) {
      rules = now;
      routes.rulesChanged();
      remotes.rulesChanged();
    }
  }

  @Nullable Object rules() {
    return rules;
  }

  boolean holds(Route route) {
    return route.holds(rules, owner);
  }

  // From the client.

  private void upward(int count) {
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
      addFragment(fragment, to, toLength, at + header, octets - header);
      return;
    }
    fragments.abandon();
    passOn(to, toLength, at + header, octets - header);
  }

  private void addFragment(int fragment, int to, int toLength, int at, int octets) {
    ByteBuffer whole = fragments.add(fragment, to, toLength, at, octets, nowNanos);
    if (whole != null) {
      flushUp(); // a datagram in the spare slot may not be sent yet
      int spare = Inbox.start(Inbox.SPARE);
      int length = whole.remaining();
      loop.memory.put(spare, whole, 0, length);
      passOn(to, toLength, spare, length);
    }
  }

  private void passOn(int to, int toLength, int at, int octets) {
    Route route = routes.to(to, toLength, nowNanos);
    if (route == null) {
      loop.drop(routes.refusal(), 1);
    } else {
      passOn(route, at, octets);
    }
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
      remotes.wrote(route);
      loop.outbox.add(at, octets, 0, route.high, route.low, route.port());
    }
  }

  /** Sends payloads that have waited for a name. */
  void passOn(Route route, Queue<byte[]> payloads) {
    if (over) {
      return;
    }
    nowNanos = loop.nanoTime();
    noticeNewRules();
    if (!holds(route)) {
      loop.drop(Counter.UDP_DROPPED_DENIED, payloads.size());
      return;
    }
    int spare = Inbox.start(Inbox.SPARE);
    passedOctets = 0;
    try {
      for (byte[] payload : payloads) {
        loop.memory.put(spare, payload);
        passOn(route, spare, payload.length);
        flushUp();
      }
    } finally {
      loop.outbox.count = 0;
    }
    if (up != null) { // nobody has asked for these
      up.charge((int) passedOctets);
    }
  }

  private void flushUp() {
    if (loop.outbox.count > 0 && sendsThrough != null && !over) {
      sendsThrough.send();
      if (loop.outbox.sent > 0) {
        lastActiveNanos = nowNanos;
        loop.counters().add(Counter.UDP_DATAGRAMS_UP, loop.outbox.sent);
        passedOctets += loop.outbox.sentOctets;
        owner.up(loop.outbox.sentOctets);
      }
    }
  }

  /** The socket for a remote; null: none can be opened. */
  @Nullable UdpPort portTowards(InetAddress address, @Nullable Sources sources) {
    return remotePorts.towards(address, sources);
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
        passedOctets += outbox.sentOctets;
        owner.down(outbox.sentOctets);
      }
    }
  }

  /** Where the client is to send to. */
  public InetSocketAddress local() {
    return client.local();
  }
}
