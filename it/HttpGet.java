import java.io.InputStream;
import java.net.Authenticator;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import java.net.Socket;
import java.net.URI;

/**
 * Java's own SOCKS client, as a program meets it: `HttpGet PROXY_HOST PROXY_PORT URL [USER PASSWORD]` prints
 * what a URL has, once through java.net.Socket and once through HttpURLConnection. Started by
 * test_clients.py as a source file.
 */
class HttpGet {

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 3) {
      Authenticator.setDefault(
          new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
              return new PasswordAuthentication(arguments[3], arguments[4].toCharArray());
            }
          });
    }
    Proxy proxy =
        new Proxy(
            Proxy.Type.SOCKS,
            new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1])));
    URI url = URI.create(arguments[2]);
    try (Socket socket = new Socket(proxy)) {
      socket.connect(InetSocketAddress.createUnresolved(url.getHost(), url.getPort()), 10_000);
      socket
          .getOutputStream()
          .write(("GET " + url.getPath() + " HTTP/1.0\r\n\r\n").getBytes("US-ASCII"));
      String all = new String(socket.getInputStream().readAllBytes(), "US-ASCII");
      System.out.print(all.substring(all.indexOf("\r\n\r\n") + 4));
    }
    HttpURLConnection connection = (HttpURLConnection) url.toURL().openConnection(proxy);
    try (InputStream in = connection.getInputStream()) {
      System.out.print(new String(in.readAllBytes(), "US-ASCII"));
    }
  }
}
