package dev.argyle.server.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** Wraps a plain client for a tunnel. Ends and resets are passed on as they are. */
final class WrappingProxy {

  private final Socket plain;
  private final Socket wrapped;

  private WrappingProxy(Socket plain, Socket wrapped) {
    this.plain = plain;
    this.wrapped = wrapped;
  }

  /**
   * Begins.
   *
   * @param wrapped connected to the tunnel
   * @return the client's socket
   */
  static Socket before(Socket wrapped, Wrapping wrapping) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Socket client = new Socket(listener.getInetAddress(), listener.getLocalPort());
      client.setTcpNoDelay(true);
      WrappingProxy proxy = new WrappingProxy(listener.accept(), wrapped);
      proxy.plain.setTcpNoDelay(true);
      wrapped.setTcpNoDelay(true);
      wrapped.setSoTimeout(0);
      Thread.ofVirtual()
          .start(
              () ->
                  proxy.pump(
                      () -> proxy.plain.getInputStream(),
                      () -> wrapping.wrap(wrapped.getOutputStream()),
                      wrapped));
      Thread.ofVirtual()
          .start(
              () ->
                  proxy.pump(
                      () -> wrapping.unwrap(wrapped.getInputStream()),
                      () -> proxy.plain.getOutputStream(),
                      proxy.plain));
      return client;
    }
  }

  private interface Opening<T> {
    T open() throws IOException;
  }

  private void pump(Opening<InputStream> source, Opening<OutputStream> sink, Socket to) {
    try {
      InputStream in = source.open();
      OutputStream out = sink.open();
      byte[] some = new byte[16 * 1024];
      for (int got = in.read(some); got >= 0; got = in.read(some)) {
        out.write(some, 0, got);
      }
      to.shutdownOutput();
    } catch (IOException broken) {
      reset(plain);
      reset(wrapped);
    }
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException closed) {
      return;
    }
  }
}
