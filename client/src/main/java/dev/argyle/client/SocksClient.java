package dev.argyle.client;

import dev.argyle.wire.Deadline;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.Request;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * A SOCKS 5 server, as a client sees it: where it is, who we are to it, and how long it may take.
 * Immutable and shared freely; it holds no connection. Each call opens one of its own, and blocks
 * until it is there (threads may be virtual).
 *
 * <pre>{@code
 * SocksClient client = SocksClient.at("proxy.example", 1080).build();
 * try (Socket socket = client.connect("example.org", 80)) { ... }
 * }</pre>
 *
 * <p>What all of them throw: {@link SocksException} if the server refuses or breaks the protocol,
 * {@link java.net.SocketTimeoutException} if it takes too long, {@link java.net.ConnectException}
 * or another {@link IOException} if it cannot be reached, {@link
 * java.nio.channels.ClosedByInterruptException} if the thread is interrupted. Nothing stays open
 * behind an exception.
 */
public final class SocksClient {

  private final InetSocketAddress server;
  private final Credentials credentials;
  private final Duration connectTimeout;
  private final Duration handshakeTimeout;
  private final NameResolution nameResolution;
  private final boolean announceUdpSource;

  private SocksClient(Builder builder) {
    server = builder.server;
    credentials = builder.credentials;
    connectTimeout = builder.connectTimeout;
    handshakeTimeout = builder.handshakeTimeout;
    nameResolution = builder.nameResolution;
    announceUdpSource = builder.announceUdpSource;
  }

  /**
   * Begins with a server's name, which is looked up for every connection, or its address.
   *
   * @param port 1 to 65535
   */
  public static Builder at(String host, int port) {
    return new Builder(InetSocketAddress.createUnresolved(host, port));
  }

  /** Begins with a server's address; one that is not resolved is looked up for every connection. */
  public static Builder at(InetSocketAddress server) {
    return new Builder(server);
  }

  /** Where the server is, as it was given. */
  public InetSocketAddress server() {
    return server;
  }

  /**
   * A tunnel (CONNECT; RFC 1928, section 4).
   *
   * @param host a name of 1 to 255 octets, or an address
   * @param port 0 to 65535
   * @throws UnknownHostException if the name cannot be one; what the server cannot resolve is a
   *     {@link SocksException}
   */
  public SocksSocket connect(String host, int port) throws IOException {
    return connect(Destinations.of(host, port));
  }

  /** A tunnel; an address that is not resolved goes to the server by name. */
  public SocksSocket connect(InetSocketAddress destination) throws IOException {
    return connect(Destinations.of(destination));
  }

  /** A tunnel. */
  public SocksSocket connect(Destination destination) throws IOException {
    SocksSocket socket = newSocket();
    socket.connect(destination, 0);
    return socket;
  }

  /**
   * A tunnel as a channel, in blocking mode; it may be registered at a selector once it is set to
   * non-blocking. Its remote address is the server's.
   *
   * @throws UnsupportedOperationException if the tunnel is sealed ({@link Credentials#gssapi}),
   *     which only the streams of {@link #connect} can be
   */
  public SocketChannel openChannel(Destination destination) throws IOException {
    SocksSocket socket = connect(destination);
    SocketChannel channel = socket.getChannel();
    if (channel == null) {
      socket.close();
      throw new UnsupportedOperationException("a sealed tunnel has streams, but no channel");
    }
    return channel;
  }

  /** A socket that is not connected yet: its options can be set, and its local address. */
  public SocksSocket newSocket() throws IOException {
    return new SocksSocket(this, SocketChannel.open());
  }

  /** Makes tunnels wherever a {@link SocketFactory} is taken. */
  public SocketFactory socketFactory() {
    return new TunnelSocketFactory(this);
  }

  /**
   * A listener at the server, for one connection (BIND; RFC 1928, sections 4 and 6).
   *
   * @param expectedPeer who will connect; its port means nothing to most servers. All zeros: anyone
   */
  public SocksBinding bind(Destination expectedPeer) throws IOException {
    Request request = new Request.Bind(target(expectedPeer, wholeDeadline()));
    return closingOnFailure(
        SocketChannel.open(),
        channel -> SocksBinding.open(this, open(channel, request, 0), handshakeDeadline()));
  }

  /** A relay for datagrams (UDP ASSOCIATE; RFC 1928, sections 4, 6 and 7). */
  public SocksDatagramChannel associate() throws IOException {
    return closingOnFailure(
        SocketChannel.open(),
        channel -> new SocksDatagramChannel(this, Association.open(this, channel)));
  }

  /** The server; never the credentials. */
  @Override
  public String toString() {
    return "SocksClient[" + shownServer() + "]";
  }

  // What the rest of the package makes of it

  /** For connecting and the handshake together. */
  Deadline wholeDeadline() {
    return Deadline.after(connectTimeout.plus(handshakeTimeout));
  }

  Deadline handshakeDeadline() {
    return Deadline.after(handshakeTimeout);
  }

  boolean announcesUdpSource() {
    return announceUdpSource;
  }

  /** The destination as it goes to the server. */
  Destination target(Destination destination, Deadline deadline) throws IOException {
    return switch (nameResolution) {
      case AT_PROXY -> destination;
      case LOCAL -> Destinations.resolved(destination, deadline);
    };
  }

  /**
   * Connects the channel to the server.
   *
   * @param timeoutMillis less than the configured timeout if not 0
   */
  ControlConnection open(SocketChannel channel, Request request, int timeoutMillis)
      throws IOException {
    connect(channel, timeoutMillis);
    return control(channel, request);
  }

  /** Connects the channel, and tells from which address. */
  InetAddress connectToServer(SocketChannel channel) throws IOException {
    connect(channel, 0);
    return channel.socket().getLocalAddress();
  }

  ControlConnection control(SocketChannel connected, Request request) {
    return new ControlConnection(connected, credentials, request, shownServer());
  }

  private void connect(SocketChannel channel, int timeoutMillis) throws IOException {
    String late = "SOCKS server " + shownServer() + ": connecting took too long";
    Deadline deadline = Deadline.after(connectTimeout).orAfterMillis(timeoutMillis);
    try {
      InetSocketAddress to = resolvedServer(deadline);
      channel.socket().connect(to, ControlConnection.millisLeft(deadline, late));
    } catch (SocketTimeoutException overdue) {
      throw ControlConnection.timeout(late, overdue);
    }
  }

  /** What is made of a channel that is to be closed if making it fails. */
  static <T> T closingOnFailure(SocketChannel channel, Making<T> making) throws IOException {
    Closeable toClose = channel;
    try {
      T made = making.of(channel);
      toClose = () -> {};
      return made;
    } finally {
      toClose.close();
    }
  }

  @FunctionalInterface
  interface Making<T> {
    T of(SocketChannel channel) throws IOException;
  }

  private InetSocketAddress resolvedServer(Deadline deadline) throws IOException {
    return server.isUnresolved()
        ? new InetSocketAddress(
            NameLookup.address(server.getHostString(), deadline), server.getPort())
        : server;
  }

  private String shownServer() {
    @Nullable InetAddress address = server.getAddress();
    String host = address == null ? server.getHostString() : Host.of(address).text();
    return Destinations.shown(
        (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + server.getPort());
  }

  /** Says what a client is, once. Not for several threads. */
  public static final class Builder {

    private final InetSocketAddress server;
    private Credentials credentials = Credentials.none();
    private Duration connectTimeout = Duration.ofSeconds(10);
    private Duration handshakeTimeout = Duration.ofSeconds(30);
    private NameResolution nameResolution = NameResolution.AT_PROXY;
    private boolean announceUdpSource;

    private Builder(InetSocketAddress server) {
      this.server = server;
    }

    /** Who we are; nobody in particular unless set. */
    public Builder credentials(Credentials who) {
      credentials = who;
      return this;
    }

    /**
     * How long the TCP connection to the server may take, the look-up of its name included; 10 s
     * unless set.
     *
     * @param time more than 0
     */
    public Builder connectTimeout(Duration time) {
      connectTimeout = Deadline.positive(time);
      return this;
    }

    /**
     * How long everything from the greeting to the first reply may take, the server's own
     * connecting to the destination included; 30 s unless set.
     *
     * @param time more than 0
     */
    public Builder handshakeTimeout(Duration time) {
      handshakeTimeout = Deadline.positive(time);
      return this;
    }

    /** Who resolves names; the server unless set. */
    public Builder nameResolution(NameResolution who) {
      nameResolution = who;
      return this;
    }

    /**
     * Whether UDP ASSOCIATE tells the port that datagrams will come from (DST.PORT; RFC 1928,
     * section 4), which a server may then insist on. False unless set: behind an address translator
     * the port that the server sees is another one.
     */
    public Builder announceUdpSource(boolean announced) {
      announceUdpSource = announced;
      return this;
    }

    /** The client. */
    public SocksClient build() {
      return new SocksClient(this);
    }
  }
}
