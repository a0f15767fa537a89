package dev.argyle.server.backup;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a backup says about itself, first of all.
 *
 * @param format of the backup; a version reads its own format and older ones
 * @param version of the Argyle that wrote it
 * @param created when it was begun
 */
record Manifest(int format, String version, String created) {

  /** The format that this version writes. */
  static final int FORMAT = 1;

  private static final JsonFactory JSON = new JsonFactory();

  static Manifest ofNow(String version) {
    return new Manifest(FORMAT, version, Instant.now().toString());
  }

  byte[] json() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (JsonGenerator generator = JSON.createGenerator(out)) {
      generator.writeStartObject();
      generator.writeNumberField("argyleBackup", format);
      generator.writeStringField("version", version);
      generator.writeStringField("created", created);
      generator.writeEndObject();
      generator.writeRaw('\n');
    }
    return out.toByteArray();
  }

  /** Reads one; null: it is none. Fields that this version does not know are left out. */
  static @Nullable Manifest parse(byte[] octets) {
    Map<String, String> fields = new HashMap<>();
    try (JsonParser parser = JSON.createParser(octets)) {
      if (parser.nextToken() != JsonToken.START_OBJECT) {
        return null;
      }
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        if (parser.nextToken().isScalarValue()) {
          fields.put(name, parser.getText());
        } else {
          parser.skipChildren();
        }
      }
      return new Manifest(
          Integer.parseInt(fields.getOrDefault("argyleBackup", "")),
          fields.getOrDefault("version", "unknown"),
          fields.getOrDefault("created", "unknown"));
    } catch (IOException | NumberFormatException malformed) {
      return null;
    }
  }
}
