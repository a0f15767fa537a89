package dev.argyle.server;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * {@code endpoints.json}: where the running server listens, for scripts. Written whole or not at
 * all.
 */
final class EndpointsFile {

  private static final List<String> DOORS = List.of("mass", "feed", "feedTcp", "bottler", "http");

  private final Path file;

  EndpointsFile(Path data) {
    file = data.resolve("endpoints.json");
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
    Path fresh = file.resolveSibling("endpoints.json.new");
    Files.writeString(fresh, text + "\n");
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  void remove() throws IOException {
    Files.deleteIfExists(file);
  }

  /** {@code host:port}, or {@code [host]:port} for IPv6, written as RFC 5952 has it. */
  static String shown(InetSocketAddress address) {
    String host = Addresses.text(address.getAddress());
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + address.getPort();
  }
}
