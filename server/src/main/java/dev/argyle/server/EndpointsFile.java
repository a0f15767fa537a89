package dev.argyle.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.account.DataDirectory;
import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * {@code endpoints.json}: where the running server listens, for scripts; and beside it {@code
 * http-certificate.pem}, by which {@code argyle ctl} knows this server. Each is written whole or
 * not at all; there is none while the server starts, for what a killed one has left tells where
 * others may listen by now.
 */
final class EndpointsFile implements AutoCloseable {

  private static final List<String> DOORS = List.of("mass", "feed", "feedTcp", "bottler", "http");

  /** Follows no symbolic link. */
  private static final Set<StandardOpenOption> NEW =
      Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  /** Whatever the umask is: what others may write to is not believed. */
  private static final FileAttribute<?> OWNER_WRITES =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-r--r--"));

  private final Path file;
  private final Path certificate;

  private EndpointsFile(Path data) {
    file = data.resolve("endpoints.json");
    certificate = data.resolve(DataDirectory.HTTP_CERTIFICATE);
  }

  /** Removes what is in the data directory, which this process has locked. */
  static EndpointsFile absent(Path data) throws IOException {
    EndpointsFile endpoints = new EndpointsFile(data);
    endpoints.remove();
    return endpoints;
  }

  /**
   * Writes it.
   *
   * @param doors where the management doors listen, by the names above
   */
  void write(List<InetSocketAddress> socks, Map<String, InetSocketAddress> doors)
      throws IOException {
    StringWriter text = new StringWriter();
    try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
      json.writeStartObject();
      json.writeNumberField("pid", ProcessHandle.current().pid());
      json.writeArrayFieldStart("socks");
      for (InetSocketAddress address : socks) {
        json.writeString(shown(address));
      }
      json.writeEndArray();
      for (String door : DOORS) {
        InetSocketAddress address = doors.get(door);
        if (address == null) {
          json.writeNullField(door); // not listening
        } else {
          json.writeStringField(door, shown(address));
        }
      }
      json.writeEndObject();
    }
    publish(file, text + "\n");
  }

  /** Writes which certificate the HTTP door shows from now on. */
  void certificate(X509Certificate shown) throws IOException {
    try {
      String text = Base64.getMimeEncoder().encodeToString(shown.getEncoded());
      publish(
          certificate,
          "-----BEGIN CERTIFICATE-----\n"
              + text.replace("\r", "")
              + "\n-----END CERTIFICATE-----\n");
    } catch (CertificateEncodingException impossible) { // it was read from its encoding
      throw new IOException(impossible);
    }
  }

  private static void publish(Path file, String text) throws IOException {
    Path fresh = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(fresh); // of a killed server, or a link that somebody has put there
    try (SeekableByteChannel channel = Files.newByteChannel(fresh, NEW, OWNER_WRITES)) {
      ByteBuffer octets = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (octets.hasRemaining()) {
        channel.write(octets);
      }
    }
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void remove() throws IOException {
    Files.deleteIfExists(file);
    Files.deleteIfExists(certificate);
  }

  @Override
  public void close() throws IOException {
    remove();
  }

  /** {@code host:port}, or {@code [host]:port} for IPv6, written as RFC 5952 has it. */
  static String shown(InetSocketAddress address) {
    String host = Addresses.text(address.getAddress());
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }

  /** All of them, for people. */
  static String shown(List<InetSocketAddress> addresses) {
    return addresses.stream().map(EndpointsFile::shown).collect(Collectors.joining(", "));
  }
}
