package dev.argyle.client;

import dev.argyle.wire.Deadline;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.socks.Reassembly;
import dev.argyle.wire.socks.UdpHeader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Datagrams through a SOCKS server (UDP ASSOCIATE; RFC 1928, section 7). Any thread may send,
 * receive and close; of several that receive, one waits for the datagram and the others for that
 * one. A thread that is interrupted meanwhile closes the channel.
 *
 * <p>The association lives as long as its control connection. When that ends, whoever waits here
 * and whoever comes later gets a {@link SocksException} with {@link
 * SocksException.Reason.AssociationEnded}, at once.
 *
 * <p>Datagrams are taken from the relay's address alone, the kernel sees to it. If nobody is there
 * any more, a call may say so with a {@link java.net.PortUnreachableException}.
 */
public final class SocksDatagramChannel implements Channel {

  /**
   * What a UDP header takes away, as RFC 1928, section 7 counts it: of a name, as if it were the
   * longest. It counts two octets too few for IPv6.
   */
  public enum AddressType {
    IPV4(10),
    NAME(262),
    IPV6(20);

    private final int octets;

    AddressType(int octets) {
      this.octets = octets;
    }

    /** The type of this host. */
    public static AddressType of(Host host) {
      return switch (host) {
        case Host.Ipv4 _ -> IPV4;
        case Host.Name _ -> NAME;
        case Host.Ipv6 _ -> IPV6;
      };
    }
  }

  /** The longest payload of a UDP datagram over IPv4: 65,535 less 20 and 8. */
  public static final int MAX_DATAGRAM_OCTETS = 65_507;

  /** FRAG has 7 bits for the position, and 0 is not one. */
  public static final int MAX_FRAGMENTS = 127;

  private static final int MAX_RECEIVED_OCTETS = 65_535; // more than UDP can carry
  private static final int LAST = 0x80;

  private final SocksClient client;
  private final Association association;
  private final DatagramChannel datagrams;
  private final @Nullable Seal seal;
  private final ReentrantLock receiving = new ReentrantLock();
  // These three are guarded by receiving.
  private final Reassembly reassembly = new Reassembly();
  private final DatagramPacket packet =
      new DatagramPacket(new byte[MAX_RECEIVED_OCTETS], MAX_RECEIVED_OCTETS);
  private long unused; // datagrams that nothing came of

  private volatile long dropped; // the same, for any thread

  SocksDatagramChannel(SocksClient client, Association association) {
    this.client = client;
    this.association = association;
    this.datagrams = association.datagrams();
    this.seal = association.seal();
  }

  /**
   * The space that is left for payload, to be reported by a programming interface (RFC 1928,
   * section 7): {@link #MAX_DATAGRAM_OCTETS} less 10, 262 or 20, and less what the authentication
   * method adds to a datagram: with GSSAPI the frame and its token (RFC 1961, section 5).
   *
   * @return octets
   */
  public int availableOctets(AddressType type) {
    return MAX_DATAGRAM_OCTETS - type.octets - methodOverheadOctets();
  }

  /**
   * The longest payload that {@link #send} takes for this destination: what its header leaves.
   *
   * @return octets
   */
  public int maxPayloadOctets(Destination destination) {
    return MAX_DATAGRAM_OCTETS - headerOctets(destination) - methodOverheadOctets();
  }

  /** Where the relay is that datagrams go to: BND.ADDR and BND.PORT of the reply. */
  public InetSocketAddress relayAddress() {
    return association.relay();
  }

  /** Where datagrams are sent from. */
  public InetSocketAddress localAddress() throws IOException {
    return (InetSocketAddress) datagrams.getLocalAddress();
  }

  /**
   * Sends a datagram.
   *
   * @param payload 0 to {@link #maxPayloadOctets} octets; taken whole
   * @param to a name is resolved by the server, unless the client was told otherwise
   * @throws IllegalArgumentException if the payload is longer
   */
  public void send(ByteBuffer payload, Destination to) throws IOException {
    Destination target = client.target(to, client.handshakeDeadline());
    requireAtMost(maxPayloadOctets(target), payload.remaining());
    send(0, target, payload);
  }

  /**
   * Sends a datagram in fragments (FRAG; RFC 1928, section 7) if it is longer than one. Servers
   * need not understand them, and dante-server and most others drop them.
   *
   * @param payload up to 65,507 octets, and up to 127 fragments; taken whole
   * @param fragmentOctets of payload, in each: more than 0
   * @throws IllegalArgumentException if the payload is longer
   */
  public void sendFragmented(ByteBuffer payload, Destination to, int fragmentOctets)
      throws IOException {
    Destination target = client.target(to, client.handshakeDeadline());
    if (fragmentOctets <= 0) {
      throw new IllegalArgumentException("a fragment has octets, not " + fragmentOctets);
    }
    requireAtMost(maxPayloadOctets(target), Math.min(payload.remaining(), fragmentOctets));
    long most = Math.min((long) MAX_FRAGMENTS * fragmentOctets, Reassembly.MAX_OCTETS);
    requireAtMost(most, payload.remaining());
    if (payload.remaining() <= fragmentOctets) {
      send(0, target, payload);
      return;
    }
    int limit = payload.limit();
    for (int position = 1; payload.position() < limit; position++) {
      int end = Math.min(limit, payload.position() + fragmentOctets);
      send(end == limit ? LAST | position : position, target, payload.limit(end));
      payload.limit(limit);
    }
  }

  /** Waits for a datagram, as long as it takes. See {@link #receive(ByteBuffer, Duration)}. */
  public Destination receive(ByteBuffer into) throws IOException {
    return receive(into, (Deadline) null);
  }

  /**
   * Waits for a datagram, on its own or put together from fragments.
   *
   * @param into gets the payload at its position; what does not fit is discarded, as {@link
   *     DatagramChannel#receive} does. {@link #MAX_DATAGRAM_OCTETS} always suffice
   * @param timeout more than 0
   * @return where it came from, as the server says
   * @throws SocketTimeoutException if none came in time
   * @throws SocksException if the association has ended
   */
  public Destination receive(ByteBuffer into, Duration timeout) throws IOException {
    return receive(into, Deadline.after(timeout));
  }

  /** How many datagrams from the relay were malformed or forged, or fragments of nothing whole. */
  public long droppedDatagrams() {
    return dropped;
  }

  /** Whether the association is there, neither closed here nor ended by the server. */
  @Override
  public boolean isOpen() {
    return datagrams.isOpen();
  }

  /** Ends the association. */
  @Override
  public void close() throws IOException {
    association.close();
  }

  private Destination receive(ByteBuffer into, @Nullable Deadline deadline) throws IOException {
    awaitTurn(deadline);
    try {
      Destination source = null;
      while (source == null) {
        source = delivered(next(deadline), into);
        unused += reassembly.takeLost();
        dropped = unused;
      }
      return source;
    } catch (ClosedByInterruptException interrupted) {
      close();
      throw interrupted;
    } catch (SocketTimeoutException timeout) {
      throw timeout;
    } catch (IOException failed) {
      throw association.explained(failed);
    } finally {
      receiving.unlock();
    }
  }

  private void awaitTurn(@Nullable Deadline deadline) throws IOException {
    try {
      if (deadline == null) {
        receiving.lockInterruptibly();
      } else if (!receiving.tryLock(
          ControlConnection.millisLeft(deadline, late()), TimeUnit.MILLISECONDS)) {
        throw new SocketTimeoutException(late());
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      close();
      throw new ClosedByInterruptException();
    }
  }

  private String late() {
    return "no datagram arrived from " + relayAddress() + " in time";
  }

  private ByteBuffer next(@Nullable Deadline deadline) throws IOException {
    datagrams
        .socket()
        .setSoTimeout(deadline == null ? 0 : ControlConnection.millisLeft(deadline, late()));
    packet.setLength(packet.getData().length);
    try {
      datagrams.socket().receive(packet);
    } catch (SocketTimeoutException overdue) {
      throw ControlConnection.timeout(late(), overdue);
    }
    return ByteBuffer.wrap(packet.getData(), 0, packet.getLength());
  }

  /** Null: nothing came of it. */
  private @Nullable Destination delivered(ByteBuffer received, ByteBuffer into) {
    ByteBuffer datagram = seal == null ? received : opened(seal, received);
    if (!(UdpHeader.read(datagram) instanceof Decoded.Message<UdpHeader, Void>(var header))) {
      unused++;
      return null;
    }
    ByteBuffer payload;
    if (header.fragment() == 0) {
      reassembly.abandon();
      payload = datagram;
    } else {
      payload = reassembled(header, datagram);
    }
    if (payload == null) {
      return null;
    }
    into.put(payload.limit(payload.position() + Math.min(payload.remaining(), into.remaining())));
    return header.destination();
  }

  /** Null: it is not whole yet, or never will be. */
  private @Nullable ByteBuffer reassembled(UdpHeader header, ByteBuffer datagram) {
    int length = header.destination().length();
    int data = datagram.position();
    Reassembly.Step step =
        reassembly.add(
            header.fragment(),
            datagram,
            data - length,
            length,
            data,
            datagram.remaining(),
            System.nanoTime());
    return switch (step) {
      case KEPT -> null;
      case WHOLE -> reassembly.takeWhole();
      case NOISE, TOO_BIG, NO_ROOM -> {
        unused++;
        yield null;
      }
    };
  }

  /** What is in the frame that a datagram consists of; empty: it is none of the server's. */
  private static ByteBuffer opened(Seal seal, ByteBuffer datagram) {
    if (GssapiFrame.read(datagram)
            instanceof
            Decoded.Message<GssapiFrame, GssapiFrame.Abort>(
                GssapiFrame.Token(GssapiFrame.Purpose purpose, byte[] token))
        && purpose == GssapiFrame.Purpose.DATA
        && !datagram.hasRemaining()) {
      try {
        return ByteBuffer.wrap(seal.open(token));
      } catch (Seal.Broken forged) {
        // counted as malformed
      }
    }
    return ByteBuffer.allocate(0);
  }

  private void send(int fragment, Destination to, ByteBuffer payload) throws IOException {
    ByteBuffer header = ByteBuffer.wrap(new UdpHeader(fragment, to).octets());
    try {
      if (seal == null) {
        datagrams.write(new ByteBuffer[] {header, payload});
      } else {
        byte[] whole = new byte[header.remaining() + payload.remaining()];
        ByteBuffer.wrap(whole).put(header).put(payload);
        datagrams.write(ByteBuffer.wrap(seal.seal(whole, 0, whole.length).octets()));
      }
    } catch (ClosedByInterruptException interrupted) {
      close();
      throw interrupted;
    } catch (ClosedChannelException closed) {
      throw association.explained(closed);
    }
  }

  private static int headerOctets(Destination destination) {
    return new UdpHeader(0, destination).length();
  }

  private int methodOverheadOctets() {
    return seal == null ? 0 : MAX_DATAGRAM_OCTETS - seal.maxPlainOctetsWithin(MAX_DATAGRAM_OCTETS);
  }

  private static void requireAtMost(long most, int octets) {
    if (octets > most) {
      throw new IllegalArgumentException(
          "a payload of " + octets + " octets is too long: " + most + " fit");
    }
  }
}
