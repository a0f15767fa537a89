package dev.argyle.server.session;

import static dev.argyle.server.session.SessionRig.expect;
import static dev.argyle.server.session.SessionRig.send;

import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.session.SessionRig.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** What plays of a server with several loops share. */
abstract class SocksServerCase {

  static final int LOOPS = 3;

  @TempDir Path data;

  SessionRig open(Kind kind, String socks, String rules) throws Exception {
    return new SessionRig(kind, data, socks, rules, LOOPS, LinuxSyscalls::new);
  }

  SessionRig open(Kind kind) throws Exception {
    return open(kind, "", "");
  }

  /** A client that the server there has answered. */
  static Socket greet(InetSocketAddress at) throws IOException {
    Socket client = new Socket(at.getAddress(), at.getPort());
    client.setSoTimeout(10_000);
    send(client, "05 01 00");
    expect(client, "05 00");
    return client;
  }

  static boolean connects(int port) {
    try (Socket visitor = new Socket(InetAddress.getLoopbackAddress(), port)) {
      return visitor.isConnected();
    } catch (IOException refused) {
      return false;
    }
  }
}
