package dev.argyle.server.manage.http;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** How JSON is written and read here. */
public final class Json {

  /** A body of ours is flat; a filter within it is one level more. */
  private static final int MAX_DEPTH = 8;

  private static final int MAX_NUMBER_DIGITS = 32;

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(MAX_NUMBER_DIGITS)
                  .build())
          .build();

  private Json() {}

  /** The octets of an object with these fields. */
  public static byte[] object(JsonWriting fields) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(octets)) {
      json.writeStartObject();
      fields.write(json);
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // an array takes whatever is written
    }
    return octets.toByteArray();
  }

  /** A time as the API writes it: ISO 8601, UTC, milliseconds. */
  public static String time(long millisSince1970) {
    return TIME.format(Instant.ofEpochMilli(millisSince1970));
  }
}
