package dev.argyle.wire;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** The exchanges of vectors.json: what a client sends and what the server sends. */
@SuppressWarnings("ArrayRecordComponent") // vectors are not compared
public record Vector(String name, String protocol, String given, byte[] client, byte[] server) {

  /** Those of one protocol, in the file's order. */
  public static Stream<Vector> of(String protocol) {
    List<Vector> found = all().stream().filter(v -> v.protocol().equals(protocol)).toList();
    if (found.isEmpty()) {
      throw new AssertionError("no vectors of " + protocol);
    }
    return found.stream();
  }

  private static List<Vector> all() {
    List<Vector> all = new ArrayList<>();
    try (InputStream file =
            Objects.requireNonNull(Vector.class.getResourceAsStream("/vectors.json"));
        JsonParser json = new JsonFactory().createParser(file)) {
      Map<String, String> fields = new HashMap<>();
      for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
        if (token == JsonToken.VALUE_STRING) {
          fields.put(json.currentName(), json.getText());
        } else if (token == JsonToken.END_OBJECT) {
          all.add(vector(fields));
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static Vector vector(Map<String, String> fields) {
    return new Vector(
        field(fields, "name"),
        field(fields, "protocol"),
        field(fields, "given"),
        HexFormat.of().parseHex(field(fields, "client")),
        HexFormat.of().parseHex(field(fields, "server")));
  }

  private static String field(Map<String, String> fields, String name) {
    return Objects.requireNonNull(fields.remove(name), name);
  }

  @Override
  public String toString() {
    return protocol + ": " + name;
  }
}
