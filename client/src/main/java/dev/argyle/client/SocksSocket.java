package dev.argyle.client;

import dev.argyle.wire.Deadline;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Reply;
import dev.argyle.wire.socks.Request;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.net.SocketOption;
import java.nio.channels.SocketChannel;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A tunnel through a SOCKS server, as a {@link Socket}. What differs from one without a server in
 * between:
 *
 * <ul>
 *   <li>The remote address is the destination's; given by name, it is not resolved, and {@link
 *       #getInetAddress} is null.
 *   <li>The local address is that of the connection to the server; {@link #boundAddress} is what
 *       the destination sees.
 *   <li>A thread that is interrupted while it waits gets a {@link
 *       java.nio.channels.ClosedByInterruptException} and the socket is closed.
 * </ul>
 *
 * With {@link Credentials#gssapi} the streams seal and open, and there is no channel. Octets that
 * were changed on the way are a {@link SocksException} for who reads, and close the socket.
 *
 * <p>Half-close, SO_TIMEOUT (milliseconds, for reading) and every option are the connection's to
 * the server. One thread may read while another writes, and any may close.
 */
public final class SocksSocket extends Socket {

  private final SocksClient client;
  private final SocketChannel channel;
  private final Socket toServer;
  private volatile @Nullable InetSocketAddress remote;
  private volatile @Nullable InetSocketAddress bound;
  private volatile @Nullable SealedTunnel sealed;

  /** Not connected yet. */
  SocksSocket(SocksClient client, SocketChannel channel) throws SocketException {
    super((SocketImpl) null);
    this.client = client;
    this.channel = channel;
    this.toServer = channel.socket();
  }

  /** Connected: the peer came to a listener of ours. */
  SocksSocket(SocksClient client, ControlConnection control, Destination peer)
      throws SocketException {
    this(client, control.channel());
    this.sealed = control.sealedTunnel();
    this.remote = Destinations.address(peer);
  }

  /**
   * BND.ADDR and BND.PORT of the server's reply: where the tunnel leaves the server. Many servers
   * say 0.0.0.0:0. Null before a connection, and of one that came by BIND.
   */
  public @Nullable InetSocketAddress boundAddress() {
    return bound;
  }

  /** Connects, within the client's timeouts. */
  @Override
  public void connect(SocketAddress endpoint) throws IOException {
    connect(endpoint, 0);
  }

  /**
   * Connects. A failure closes the socket.
   *
   * @param endpoint an {@link InetSocketAddress}; one that is not resolved goes to the server by
   *     name
   * @param timeout milliseconds for all of it, within the client's timeouts; 0: these alone
   */
  @Override
  public void connect(SocketAddress endpoint, int timeout) throws IOException {
    if (!(endpoint instanceof InetSocketAddress address)) {
      throw new IllegalArgumentException("not an InetSocketAddress: " + endpoint);
    }
    connect(Destinations.of(address), timeout);
  }

  void connect(Destination destination, int timeoutMillis) throws IOException {
    if (timeoutMillis < 0) {
      throw new IllegalArgumentException("a timeout is not negative, but " + timeoutMillis);
    }
    if (toServer.isConnected() && !isClosed()) {
      throw new SocketException("already connected");
    }
    Deadline whole = client.wholeDeadline().orAfterMillis(timeoutMillis);
    SocksClient.closingOnFailure(
        channel,
        open -> {
          Request request = new Request.Connect(client.target(destination, whole));
          ControlConnection control = client.open(open, request, timeoutMillis);
          Reply reply = control.reply(client.handshakeDeadline().orBefore(whole));
          sealed = control.sealedTunnel();
          bound = Destinations.address(reply.bound());
          remote = Destinations.address(destination);
          return reply;
        });
  }

  @Override
  public boolean isConnected() {
    return remote != null;
  }

  /** The destination's address; null before a connection, and of a destination given by name. */
  @Override
  public @Nullable InetAddress getInetAddress() {
    InetSocketAddress address = remote;
    return address == null ? null : address.getAddress();
  }

  /** The destination's port; 0 before a connection. */
  @Override
  public int getPort() {
    InetSocketAddress address = remote;
    return address == null ? 0 : address.getPort();
  }

  /** The destination, not resolved if it was given by name; null before a connection. */
  @Override
  public @Nullable SocketAddress getRemoteSocketAddress() {
    return remote;
  }

  /**
   * The channel to the server, whose remote address is the server's. Null of a tunnel that is
   * sealed (GSSAPI): there are frames in its channel.
   */
  @Override
  public @Nullable SocketChannel getChannel() {
    return sealed == null ? channel : null;
  }

  SocketChannel channel() {
    return channel;
  }

  /** The destination. */
  @Override
  public String toString() {
    return "SocksSocket[" + (remote == null ? "not connected" : Destinations.shown(remote)) + "]";
  }

  // Everything else is the connection's to the server.

  @Override
  public void bind(SocketAddress bindpoint) throws IOException {
    toServer.bind(bindpoint);
  }

  @Override
  public InetAddress getLocalAddress() {
    return toServer.getLocalAddress();
  }

  @Override
  public int getLocalPort() {
    return toServer.getLocalPort();
  }

  @Override
  public @Nullable SocketAddress getLocalSocketAddress() {
    return toServer.getLocalSocketAddress();
  }

  @Override
  public InputStream getInputStream() throws IOException {
    InputStream plain = toServer.getInputStream(); // throws where it must
    SealedTunnel tunnel = sealed;
    return tunnel == null ? plain : tunnel.input();
  }

  @Override
  public OutputStream getOutputStream() throws IOException {
    OutputStream plain = toServer.getOutputStream(); // throws where it must
    SealedTunnel tunnel = sealed;
    return tunnel == null ? plain : tunnel.output();
  }

  @Override
  public void shutdownInput() throws IOException {
    toServer.shutdownInput();
  }

  @Override
  public void shutdownOutput() throws IOException {
    toServer.shutdownOutput();
  }

  @Override
  public boolean isInputShutdown() {
    return toServer.isInputShutdown();
  }

  @Override
  public boolean isOutputShutdown() {
    return toServer.isOutputShutdown();
  }

  @Override
  public boolean isBound() {
    return toServer.isBound();
  }

  @Override
  public boolean isClosed() {
    return toServer.isClosed();
  }

  @Override
  public void close() throws IOException {
    toServer.close();
  }

  @Override
  public void setSoTimeout(int timeout) throws SocketException {
    toServer.setSoTimeout(timeout);
  }

  @Override
  public int getSoTimeout() throws SocketException {
    return toServer.getSoTimeout();
  }

  @Override
  public void setTcpNoDelay(boolean on) throws SocketException {
    toServer.setTcpNoDelay(on);
  }

  @Override
  public boolean getTcpNoDelay() throws SocketException {
    return toServer.getTcpNoDelay();
  }

  @Override
  public void setKeepAlive(boolean on) throws SocketException {
    toServer.setKeepAlive(on);
  }

  @Override
  public boolean getKeepAlive() throws SocketException {
    return toServer.getKeepAlive();
  }

  @Override
  public void setSoLinger(boolean on, int linger) throws SocketException {
    toServer.setSoLinger(on, linger);
  }

  @Override
  public int getSoLinger() throws SocketException {
    return toServer.getSoLinger();
  }

  @Override
  public void setSendBufferSize(int size) throws SocketException {
    toServer.setSendBufferSize(size);
  }

  @Override
  public int getSendBufferSize() throws SocketException {
    return toServer.getSendBufferSize();
  }

  @Override
  public void setReceiveBufferSize(int size) throws SocketException {
    toServer.setReceiveBufferSize(size);
  }

  @Override
  public int getReceiveBufferSize() throws SocketException {
    return toServer.getReceiveBufferSize();
  }

  @Override
  public void setReuseAddress(boolean on) throws SocketException {
    toServer.setReuseAddress(on);
  }

  @Override
  public boolean getReuseAddress() throws SocketException {
    return toServer.getReuseAddress();
  }

  @Override
  public void setTrafficClass(int tc) throws SocketException {
    toServer.setTrafficClass(tc);
  }

  @Override
  public int getTrafficClass() throws SocketException {
    return toServer.getTrafficClass();
  }

  @Override
  public void sendUrgentData(int data) throws IOException {
    if (sealed != null) {
      throw new SocketException("a sealed tunnel has no urgent data");
    }
    toServer.sendUrgentData(data);
  }

  @Override
  public void setOOBInline(boolean on) throws SocketException {
    toServer.setOOBInline(on);
  }

  @Override
  public boolean getOOBInline() throws SocketException {
    return toServer.getOOBInline();
  }

  @Override
  public void setPerformancePreferences(int connectionTime, int latency, int bandwidth) {
    toServer.setPerformancePreferences(connectionTime, latency, bandwidth);
  }

  @Override
  public <T> Socket setOption(SocketOption<T> name, T value) throws IOException {
    toServer.setOption(name, value);
    return this;
  }

  @Override
  public <T> T getOption(SocketOption<T> name) throws IOException {
    return toServer.getOption(name);
  }

  @Override
  public Set<SocketOption<?>> supportedOptions() {
    return toServer.supportedOptions();
  }
}
