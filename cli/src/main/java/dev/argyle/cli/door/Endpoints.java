package dev.argyle.cli.door;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.FileFailure;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code endpoints.json}: where the server on a data directory listens.
 *
 * @param pid of the server that wrote it
 * @param doors by their names there; those that do not listen are missing
 */
public record Endpoints(Path file, long pid, Map<String, InetSocketAddress> doors) {

  private static final int MAX_OCTETS = 65_536;

  public Endpoints {
    doors = Map.copyOf(doors);
  }

  /** Reads it. */
  public static Endpoints read(Path data) throws DoorProblem {
    Path file = data.toAbsolutePath().normalize().resolve("endpoints.json");
    try (InputStream in = Files.newInputStream(file)) {
      return parsed(file, in.readNBytes(MAX_OCTETS));
    } catch (NoSuchFileException absent) {
      throw new DoorProblem(
          file
              + ": does not exist, so no server runs on this data directory; start one with"
              + " argyle serve --data "
              + data
              + ", or give the server's directory with --data");
    } catch (IOException unreadable) {
      throw new DoorProblem(
          file
              + ": cannot be read: "
              + FileFailure.advised(unreadable, "run this as the user that the server runs as"));
    } catch (IllegalArgumentException malformed) {
      throw new DoorProblem(
          file + ": " + malformed.getMessage() + "; the server writes it again at its next start");
    }
  }

  private static Endpoints parsed(Path file, byte[] octets) {
    Map<String, InetSocketAddress> doors = new HashMap<>();
    long pid = 0;
    try (JsonParser parser = new JsonFactory().createParser(octets)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("is not a JSON object");
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        JsonToken value = parser.nextToken();
        if (value == JsonToken.VALUE_STRING) {
          doors.put(name, address(parser.getText()));
        } else if (value == JsonToken.VALUE_NUMBER_INT && name.equals("pid")) {
          pid = parser.getLongValue();
        } else {
          parser.skipChildren();
        }
      }
    } catch (IOException malformed) {
      throw new IllegalArgumentException("is not JSON", malformed);
    }
    return new Endpoints(file, pid, doors);
  }

  /** Of {@code HOST:PORT} or {@code [HOST]:PORT}; every address of a host stands for loopback. */
  private static InetSocketAddress address(String text) {
    Endpoint endpoint = Endpoint.parse(text);
    String host =
        switch (endpoint.host()) {
          case "0.0.0.0" -> "127.0.0.1";
          case "::" -> "::1";
          default -> endpoint.host();
        };
    return InetSocketAddress.createUnresolved(host, endpoint.port());
  }

  @Nullable InetSocketAddress door(String name) {
    return doors.get(name);
  }

  /** Whether the process that wrote it is there; another one may have its number by now. */
  public boolean isAlive() {
    return ProcessHandle.of(pid).isPresent();
  }
}
