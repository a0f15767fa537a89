package dev.argyle.server.outside;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import dev.argyle.server.config.Attributes;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.wire.Addresses;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The question and the answer of the HTTP hook. Pure; an answer is never an exception. */
final class HookJson {

  private static final int MAX_DEPTH = 8;

  private static final JsonFactory FACTORY =
      new JsonFactoryBuilder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(MAX_DEPTH)
                  .maxNumberLength(32)
                  .build())
          .build();

  private HookJson() {}

  static byte[] question(Authority.Asked asked) {
    ByteArrayOutputStream octets = new ByteArrayOutputStream(512);
    try (JsonGenerator json = FACTORY.createGenerator(octets)) {
      json.writeStartObject();
      json.writeStringField("name", asked.name());
      json.writeStringField("password", new String(asked.password(), StandardCharsets.UTF_8));
      json.writeStringField("client", Addresses.text(asked.client()));
      json.writeStringField("listener", asked.listener());
      json.writeEndObject();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible); // an array takes whatever is written
    }
    return octets.toByteArray();
  }

  /**
   * Reads an answer.
   *
   * @param most how long it is remembered at most, and where the answer does not say
   */
  static Answer answer(byte[] octets, Duration most) {
    try (JsonParser json = FACTORY.createParser(octets)) {
      return new Reading(json, most).answer();
    } catch (IOException notJson) {
      return new Answer.Unknown("its answer is not JSON");
    } catch (IllegalArgumentException wrong) {
      return new Answer.Unknown("its answer: " + wrong.getMessage());
    }
  }

  /** Without what the answer has: that could be anything, also a password. */
  private static void check(String name, @Nullable String value) {
    try {
      OwnAttributes.NONE.with(name, value);
    } catch (IllegalArgumentException wrong) {
      String takes = Attributes.valuesOf(name);
      boolean isPlan = name.equals(OwnAttributes.PLAN);
      throw new IllegalArgumentException(
          isPlan
              ? "plan is not the name of a plan"
              : takes == null
                  ? "limits has something that is no limit of an account"
                  : "limits has a value that does not fit; " + name + " takes " + takes,
          wrong);
    }
  }

  /** One answer. */
  private static final class Reading {

    private final JsonParser json;
    private @Nullable Boolean allow;
    private Duration remember;
    private final Map<String, @Nullable String> attributes = new TreeMap<>();

    Reading(JsonParser json, Duration most) {
      this.json = json;
      this.remember = most;
    }

    Answer answer() throws IOException {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("is not an object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        json.nextToken();
        switch (name) {
          case "allow" -> allow = flag(name);
          case "plan" -> attributes.put(OwnAttributes.PLAN, text(name));
          case "limits" -> readLimits();
          case "remember" -> remember = seconds();
          default -> json.skipChildren(); // of later versions
        }
      }
      if (json.nextToken() != null) {
        throw new IllegalArgumentException("has something behind its object");
      }
      if (allow == null) {
        throw new IllegalArgumentException("has no allow: true or false");
      }
      if (!allow) {
        return new Answer.Denied();
      }
      attributes.forEach(HookJson::check);
      return new Answer.Allowed(attributes, remember);
    }

    private boolean flag(String name) throws IOException {
      JsonToken token = json.currentToken();
      if (token != JsonToken.VALUE_TRUE && token != JsonToken.VALUE_FALSE) {
        throw new IllegalArgumentException(name + " is not true or false");
      }
      return token == JsonToken.VALUE_TRUE;
    }

    private @Nullable String text(String name) throws IOException {
      return switch (json.currentToken()) {
        case VALUE_NULL -> null;
        case VALUE_STRING, VALUE_NUMBER_INT -> json.getText();
        default -> throw new IllegalArgumentException(name + " is not a text, a number or null");
      };
    }

    private void readLimits() throws IOException {
      if (json.currentToken() != JsonToken.START_OBJECT) {
        throw new IllegalArgumentException("limits is not an object");
      }
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        String name = json.currentName();
        if (name.equals(OwnAttributes.PLAN)) {
          throw new IllegalArgumentException("plan stands beside limits, not within");
        }
        json.nextToken();
        attributes.put(name, text(name));
      }
    }

    /** No longer than the operator allows. */
    private Duration seconds() throws IOException {
      if (json.currentToken() != JsonToken.VALUE_NUMBER_INT || json.getText().startsWith("-")) {
        throw new IllegalArgumentException("remember is not a number of seconds");
      }
      boolean fits = json.getNumberType() == JsonParser.NumberType.INT;
      Duration asked = Duration.ofSeconds(fits ? json.getIntValue() : Integer.MAX_VALUE);
      return asked.compareTo(remember) < 0 ? asked : remember;
    }
  }
}
