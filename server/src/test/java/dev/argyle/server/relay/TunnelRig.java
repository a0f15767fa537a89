package dev.argyle.server.relay;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;

/** A tunnel on a real loop, between two real connections whose other ends the test holds. */
abstract class TunnelRig implements AutoCloseable {

  static final int BUFFER_OCTETS = 64 * 1024;

  final Ends ends = new Ends();
  final Counters counters = new Counters();
  final RelaySettings settings = new RelaySettings(Duration.ZERO, BUFFER_OCTETS);
  final MultiThreadIoEventLoopGroup group;
  final IoEventLoop loop;
  final ServerSocket listener;

  /** The client's end, and the destination's. */
  Socket client;

  Socket remote;

  TunnelRig(IoHandlerFactory handlers) throws IOException {
    group = new MultiThreadIoEventLoopGroup(1, handlers);
    loop = group.next();
    listener = new ServerSocket(0, 5, InetAddress.getByName("127.0.0.1"));
    client = new Socket();
    remote = new Socket();
  }

  final Socket accept() throws IOException {
    Socket peer = listener.accept();
    peer.setSoTimeout(10_000);
    return peer;
  }

  /** Opens the tunnel, with what the client has sent before. */
  abstract void start(byte... first) throws Exception;

  abstract Tunnel tunnel();

  /** Whether both of the tunnel's sockets, and every pipe, are gone. */
  abstract void assertNothingIsLeft() throws Exception;

  final <T> T call(Callable<T> action) throws Exception {
    return loop.submit(action).get(10, TimeUnit.SECONDS);
  }

  final void onLoop(Runnable action) throws Exception {
    loop.submit(action).get(10, TimeUnit.SECONDS);
  }

  final void end(EndReason reason) throws Exception {
    onLoop(() -> tunnel().end(reason));
  }

  final long count(Counter counter) {
    return counters.sum(counter);
  }

  @Override
  public void close() throws Exception {
    client.close();
    remote.close();
    listener.close();
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly(5, TimeUnit.SECONDS);
  }
}
