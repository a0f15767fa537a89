package dev.argyle.client;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import javax.net.SocketFactory;

/** Tunnels for whoever takes a factory. A host given by name is resolved by the server. */
final class TunnelSocketFactory extends SocketFactory {

  private final SocksClient client;

  TunnelSocketFactory(SocksClient client) {
    this.client = client;
  }

  @Override
  public Socket createSocket() throws IOException {
    return client.newSocket();
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    return client.connect(host, port);
  }

  @Override
  public Socket createSocket(InetAddress host, int port) throws IOException {
    return client.connect(new InetSocketAddress(host, port));
  }

  @Override
  public Socket createSocket(String host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return from(localHost, localPort, InetSocketAddress.createUnresolved(host, port));
  }

  @Override
  public Socket createSocket(InetAddress host, int port, InetAddress localHost, int localPort)
      throws IOException {
    return from(localHost, localPort, new InetSocketAddress(host, port));
  }

  private Socket from(InetAddress localHost, int localPort, InetSocketAddress destination)
      throws IOException {
    SocksSocket socket = client.newSocket();
    return SocksClient.closingOnFailure(
        socket.channel(),
        _ -> {
          socket.bind(new InetSocketAddress(localHost, localPort));
          socket.connect(destination);
          return socket;
        });
  }
}
