package dev.argyle.client;

import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.Request;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * The two sockets of an association: the control connection, on which a virtual thread waits for
 * its end, and the one for datagrams, which is connected to the relay and ends with it. Any thread
 * may close it.
 */
final class Association implements Closeable {

  private static final int DISCARDED_OCTETS = 256; // at a time; nothing should come at all

  private final ControlConnection control;
  private final DatagramChannel datagrams;
  private final InetSocketAddress relay;
  private volatile boolean endedByServer;

  private Association(
      ControlConnection control, DatagramChannel datagrams, InetSocketAddress relay) {
    this.control = control;
    this.datagrams = datagrams;
    this.relay = relay;
  }

  /** Whoever gets an exception from it closes the channel. */
  static Association open(SocksClient client, SocketChannel channel) throws IOException {
    DatagramChannel datagrams = null;
    boolean done = false;
    try {
      InetAddress local = client.connectToServer(channel);
      datagrams = DatagramChannel.open().bind(new InetSocketAddress(local, 0));
      ControlConnection control = client.control(channel, request(client, datagrams));
      Destination bound = control.reply(client.handshakeDeadline()).bound();
      InetAddress server = control.serverAddress().getAddress();
      InetSocketAddress relay = Destinations.reachable(bound, server, client.handshakeDeadline());
      if (relay.getPort() == 0) {
        throw control.exception(
            new SocksException.Reason.ProtocolViolation("the relay's port is 0"));
      }
      if (!reaches(local, relay.getAddress())) {
        datagrams.close();
        datagrams = DatagramChannel.open();
      }
      datagrams.connect(relay);
      Association association = new Association(control, datagrams, relay);
      Thread.ofVirtual().name("argyle-client-association").start(association::awaitEnd);
      done = true;
      return association;
    } finally {
      if (!done && datagrams != null) {
        datagrams.close();
      }
    }
  }

  /** DST.ADDR is all zeros in any case: the server knows our address better than we do. */
  private static Request request(SocksClient client, DatagramChannel datagrams) throws IOException {
    int port = ((InetSocketAddress) datagrams.getLocalAddress()).getPort();
    Host anyone = Destination.UNSPECIFIED.host();
    return new Request.UdpAssociate(
        new Destination(anyone, client.announcesUdpSource() ? port : 0));
  }

  /** Whether the kernel lets a socket that is bound to one address send to the other. */
  private static boolean reaches(InetAddress local, InetAddress remote) {
    return local.getClass() == remote.getClass()
        && local.isLoopbackAddress() == remote.isLoopbackAddress();
  }

  DatagramChannel datagrams() {
    return datagrams;
  }

  /** What protects datagrams; null: nothing does. */
  @Nullable Seal seal() {
    return control.seal();
  }

  InetSocketAddress relay() {
    return relay;
  }

  /** The failure, or why the datagram socket is closed if the server's doing is behind it. */
  IOException explained(IOException failure) {
    if (!endedByServer) {
      return failure;
    }
    SocksException ended = control.exception(new SocksException.Reason.AssociationEnded());
    ended.initCause(failure);
    return ended;
  }

  /** Ends when either side closes the control connection. */
  private void awaitEnd() {
    ByteBuffer discarded = ByteBuffer.allocate(DISCARDED_OCTETS);
    try {
      while (control.channel().read(discarded.clear()) >= 0) {
        // no server has anything to say here
      }
      endedByServer = true;
    } catch (IOException broken) {
      endedByServer = control.channel().isOpen();
    } finally {
      closeQuietly();
    }
  }

  private void closeQuietly() {
    try {
      close();
    } catch (IOException leftToTheKernel) {
      // the descriptors are given back all the same
    }
  }

  @Override
  public void close() throws IOException {
    try (SocketChannel first = control.channel();
        DatagramChannel second = datagrams) {
      // both, whatever the other one throws
    }
  }
}
