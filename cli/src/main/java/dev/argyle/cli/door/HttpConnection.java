package dev.argyle.cli.door;

import dev.argyle.wire.Deadline;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A connection to an HTTP/1.1 server that is ours (RFC 9112): a request, its response, and the next
 * request. Less to load than the JDK's client (decision 0080). A thread that is interrupted waits
 * no longer: the socket is a channel's. Used by one thread at a time; {@link #close} by any.
 */
final class HttpConnection implements AutoCloseable {

  /** Of a status line or a header. */
  private static final int LINE_OCTETS = 16 * 1024;

  private static final int HEADERS = 128;

  /** Of a body. */
  private static final int BODY_OCTETS = 64 << 20;

  private final Socket socket;
  private final InputStream in;
  private Deadline deadline;

  private HttpConnection(Socket socket, Deadline deadline) throws IOException {
    this.socket = socket;
    this.deadline = deadline;
    this.in = new BufferedInputStream(new Timed(socket.getInputStream()), 16 * 1024);
  }

  /**
   * Connects; the name of a host that is not resolved is looked up.
   *
   * @param tls null: without TLS
   */
  static HttpConnection open(InetSocketAddress server, @Nullable Trust tls, Deadline deadline)
      throws IOException {
    InetSocketAddress address =
        server.isUnresolved()
            ? new InetSocketAddress(server.getHostString(), server.getPort())
            : server;
    Socket socket = SocketChannel.open().socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(address, Math.max(1, deadline.millisLeft()));
      return new HttpConnection(
          tls == null
              ? socket
              : tls.over(
                  socket,
                  server.getHostString(),
                  server.getPort(),
                  Math.max(1, deadline.millisLeft())),
          deadline);
    } catch (IOException | RuntimeException failed) {
      socket.close();
      throw failed;
    }
  }

  /**
   * The head of a response, whose body is still to be read.
   *
   * @param headers by their names in lower case; of two of a name, the last
   */
  record Head(int status, Map<String, String> headers) {
    Head {
      headers = Map.copyOf(headers);
    }

    private boolean isChunked() {
      return headers
          .getOrDefault("transfer-encoding", "")
          .toLowerCase(Locale.ROOT)
          .equals("chunked");
    }

    /** Whether the connection can be used again behind the body. */
    boolean staysOpen() {
      return !headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT).contains("close")
          && (isChunked() || headers.containsKey("content-length") || status == 204);
    }
  }

  /** Sends a request, and reads the head of its response. */
  Head ask(byte[] request, Deadline until) throws IOException {
    deadline = until;
    socket.getOutputStream().write(request);
    Head head = head();
    while (head.status >= 100 && head.status < 200) {
      head = head();
    }
    return head;
  }

  private Head head() throws IOException {
    String[] parts = line().split(" ", 3);
    if (parts.length < 2 || !parts[0].startsWith("HTTP/1.") || !parts[1].matches("[1-5]\\d\\d")) {
      throw new NotHttp("the answer is not HTTP/1.1");
    }
    Map<String, String> headers = new HashMap<>();
    for (String line = line(); !line.isEmpty(); line = line()) {
      int colon = line.indexOf(':');
      if (colon <= 0 || headers.size() == HEADERS) {
        throw new NotHttp("the answer has a malformed header, or more than " + HEADERS);
      }
      headers.put(
          line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
    }
    return new Head(Integer.parseInt(parts[1]), headers);
  }

  /** What comes is not what the protocol says. */
  static final class NotHttp extends IOException {
    private static final long serialVersionUID = 1;

    NotHttp(String message) {
      super(message);
    }
  }

  /** Reads a line, without its end. */
  private String line() throws IOException {
    String tooLong = "the answer has a line of more than " + LINE_OCTETS + " octets";
    String text = line(in, LINE_OCTETS, tooLong).toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /**
   * Reads the octets of a line, to its LF.
   *
   * @throws NotHttp with the words {@code tooLong} if there are more than {@code most}
   */
  static ByteArrayOutputStream line(InputStream in, int most, String tooLong) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(128);
    int octet = in.read();
    while (octet != '\n') {
      if (octet < 0) {
        throw new EOFException("the server closed the connection");
      }
      if (line.size() == most) {
        throw new NotHttp(tooLong);
      }
      line.write(octet);
      octet = in.read();
    }
    return line;
  }

  /** Reads the whole body. */
  byte[] body(Head head) throws IOException {
    InputStream body = stream(head);
    byte[] octets = body.readNBytes(BODY_OCTETS);
    if (octets.length == BODY_OCTETS) {
      throw new NotHttp("the answer is longer than " + BODY_OCTETS + " octets");
    }
    return octets;
  }

  /** The body as it comes. */
  InputStream stream(Head head) throws IOException {
    if (head.status == 204) {
      return InputStream.nullInputStream();
    }
    if (head.isChunked()) {
      return new Chunked();
    }
    String length = head.headers.get("content-length");
    if (length == null) {
      return in;
    }
    try {
      return new Counted(Long.parseLong(length));
    } catch (NumberFormatException malformed) {
      throw new NotHttp("the answer has a malformed length");
    }
  }

  /** From now on, reading waits so long for the next octet. */
  void patience(Deadline until) {
    deadline = until;
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException closed) {
      // it is, in any case
    }
  }

  /** Of which a single octet is read as any number of them is. */
  private abstract static class Octets extends InputStream {

    @Override
    public final int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public abstract int read(byte[] into, int offset, int length) throws IOException;
  }

  /** Reads until the deadline, however slowly the octets come. */
  private final class Timed extends Octets {
    private final InputStream from;

    Timed(InputStream from) {
      this.from = from;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      int left = deadline.millisLeft();
      if (left == 0) {
        throw new SocketTimeoutException("no answer in time");
      }
      socket.setSoTimeout(left);
      return from.read(into, offset, length);
    }
  }

  /** As many octets as the header says. */
  private final class Counted extends Octets {
    private long left;

    Counted(long left) {
      this.left = left;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left <= 0) {
        return -1;
      }
      int count = within(into, offset, (int) Math.min(length, left));
      left -= count;
      return count;
    }
  }

  /** Reads octets that must come. */
  private int within(byte[] into, int offset, int length) throws IOException {
    int count = in.read(into, offset, length);
    if (count < 0) {
      throw new EOFException("the server closed the connection within its answer");
    }
    return count;
  }

  /** Chunks, until the last one (RFC 9112, section 7.1). */
  private final class Chunked extends Octets {
    private long left;
    private boolean begun;
    private boolean over;

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      if (left == 0 && !over) {
        next();
      }
      if (over) {
        return -1;
      }
      int count = within(into, offset, (int) Math.min(length, left));
      left -= count;
      return count;
    }

    private void next() throws IOException {
      if (begun && !line().isEmpty()) {
        throw new NotHttp("a chunk is longer than it says");
      }
      begun = true;
      String size = line().split(";", 2)[0].strip();
      try {
        left = Long.parseLong(size, 16);
      } catch (NumberFormatException malformed) {
        throw new NotHttp("a chunk has a malformed length");
      }
      if (left == 0) {
        over = true;
        while (!line().isEmpty()) {
          // trailers say nothing that is needed
        }
      }
    }
  }
}
