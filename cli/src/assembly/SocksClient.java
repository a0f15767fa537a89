import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;

/** A client's part of SOCKS 5, by hand: a release trains with the classes of this folder alone. */
final class SocksClient {

  private SocksClient() {}

  /**
   * Greeting and, with a user, RFC 1929.
   *
   * @param user null: nobody
   */
  static void login(Socket socket, String user, String password) throws IOException {
    DataInputStream in = new DataInputStream(socket.getInputStream());
    OutputStream out = socket.getOutputStream();
    out.write(new byte[] {5, 1, (byte) (user == null ? 0 : 2)});
    expect(5, in.read());
    expect(user == null ? 0 : 2, in.read());
    if (user != null) {
      byte[] name = user.getBytes(StandardCharsets.US_ASCII);
      byte[] secret = password.getBytes(StandardCharsets.US_ASCII);
      byte[] message = new byte[3 + name.length + secret.length];
      message[0] = 1;
      message[1] = (byte) name.length;
      System.arraycopy(name, 0, message, 2, name.length);
      message[2 + name.length] = (byte) secret.length;
      System.arraycopy(secret, 0, message, 3 + name.length, secret.length);
      out.write(message);
      expect(1, in.read());
      expect(0, in.read());
    }
  }

  /**
   * CONNECT to a port of this host.
   *
   * @param name null: by its address
   */
  static void ask(Socket socket, String name, int port) throws IOException {
    byte[] destination;
    if (name == null) {
      destination = new byte[] {1, 127, 0, 0, 1};
    } else {
      byte[] octets = name.getBytes(StandardCharsets.US_ASCII);
      destination = new byte[2 + octets.length];
      destination[0] = 3;
      destination[1] = (byte) octets.length;
      System.arraycopy(octets, 0, destination, 2, octets.length);
    }
    byte[] request = new byte[3 + destination.length + 2];
    request[0] = 5;
    request[1] = 1;
    System.arraycopy(destination, 0, request, 3, destination.length);
    request[request.length - 2] = (byte) (port >> 8);
    request[request.length - 1] = (byte) port;
    socket.getOutputStream().write(request);
    DataInputStream in = new DataInputStream(socket.getInputStream());
    byte[] reply = new byte[4];
    in.readFully(reply);
    expect(0, reply[1]);
    in.readFully(new byte[(reply[3] == 4 ? 16 : 4) + 2]);
  }

  private static void expect(int wanted, int got) throws IOException {
    if (got != wanted) {
      throw new EOFException("refused");
    }
  }
}
