package dev.argyle.client;

import dev.argyle.client.manage.Connection;
import dev.argyle.client.manage.FeedClient;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.gssapi.Protection;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import javax.net.SocketFactory;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.SSLSocketFactory;

/** The manual's examples (docs/client.md), so that they compile. */
final class Examples {

  private Examples() {}

  static SocksClient client(char[] password) {
    SocksClient client =
        SocksClient.at("proxy.example", 1080)
            .credentials(Credentials.password("ana", password))
            .connectTimeout(Duration.ofSeconds(5))
            .build();
    return client;
  }

  static SocksClient kerberos() {
    GssapiCredentials ticket =
        Credentials.gssapi("rcmd@proxy.example") // whose ticket: that of kinit
            .protection(Protection.INTEGRITY);
    SocksClient client = SocksClient.at("proxy.example", 1080).credentials(ticket).build();
    return client;
  }

  static byte[] connect(SocksClient client) throws IOException {
    try (Socket socket = client.connect("example.org", 80)) { // the server resolves the name
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write("GET / HTTP/1.0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();
      return socket.getInputStream().readAllBytes();
    }
  }

  static byte[] https(SocksClient client, SSLSocketFactory tls, String host, int port)
      throws IOException {
    SocketFactory tunnels = client.socketFactory();
    try (Socket tunnel = tunnels.createSocket()) {
      tunnel.connect(InetSocketAddress.createUnresolved(host, port), 10_000);
      SSLSocket secure = (SSLSocket) tls.createSocket(tunnel, host, port, true);
      SSLParameters parameters = secure.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS"); // check the certificate's name
      secure.setSSLParameters(parameters);
      secure.startHandshake();
      String request = "GET / HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n";
      secure.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      try (InputStream answer = secure.getInputStream()) {
        return answer.readAllBytes();
      }
    }
  }

  static byte[] bind(SocksClient client, InetSocketAddress ftpServer) throws IOException {
    try (SocksBinding binding = client.bind(Destination.of(ftpServer))) {
      sendPort(binding.address()); // tell the peer where to connect to
      try (Socket data = binding.accept(Duration.ofSeconds(30))) {
        return data.getInputStream().readAllBytes();
      }
    }
  }

  private static void sendPort(InetSocketAddress address) {
    // PORT or EPRT, on the FTP control connection
  }

  static ByteBuffer udp(SocksClient client, ByteBuffer query) throws IOException {
    Destination nameServer = new Destination(new Host.Name("dns.example"), 53);
    try (SocksDatagramChannel channel = client.associate()) {
      channel.send(query, nameServer);
      ByteBuffer answer = ByteBuffer.allocate(SocksDatagramChannel.MAX_DATAGRAM_OCTETS);
      channel.receive(answer, Duration.ofSeconds(5));
      return answer.flip();
    }
  }

  static String errors(SocksClient client) throws IOException {
    try (Socket socket = client.connect("example.org", 80)) {
      return "connected";
    } catch (SocksException refused) {
      return switch (refused.reason()) {
        case SocksException.Reason.Refused(var code) -> "the server says " + code;
        case SocksException.Reason.AuthenticationRefused _ -> "wrong credentials";
        case SocksException.Reason.NoAcceptableMethod _ -> "the server wants credentials";
        case SocksException.Reason.ProtocolViolation(String words) -> "no SOCKS 5 server: " + words;
        case SocksException.Reason.ClosedByServer _ -> "the server hung up";
        case SocksException.Reason.AssociationEnded _ -> "only of datagrams";
        case SocksException.Reason.GssapiFailed(String words) -> "Kerberos: " + words;
        case SocksException.Reason.ProtectionTooWeak weak -> "it grants " + weak.granted();
        case SocksException.Reason.Aborted _ -> "only of sealed tunnels";
      };
    }
  }

  static void manage(Password password, Password anasPassword) throws IOException {
    UserName admin = UserName.of("admin");
    try (FeedClient feed = FeedClient.at("127.0.0.1", 8080).login(admin, password).connect()) {
      feed.addUser(UserName.of("ana"), anasPassword);
      feed.setConnectionTimeout(Duration.ofMinutes(10));
      for (Connection open : feed.openConnections(0, FeedClient.MAX_CONNECTIONS)) {
        report(open.source(), open.destination(), open.octetsUp() + open.octetsDown());
      }
    }
  }

  private static void report(Destination source, Destination destination, long octets) {
    System.out.println(source + " " + destination + " " + octets);
  }
}
