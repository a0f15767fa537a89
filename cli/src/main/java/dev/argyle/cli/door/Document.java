package dev.argyle.cli.door;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A JSON value that a server sent. Immutable. What is missing reads as null, 0 or empty: a server
 * of another version may know less.
 */
public final class Document {

  /** An object without fields. */
  public static final Document EMPTY = new Document(Map.of());

  private static final int DEEPEST = 32;

  private static final JsonFactory JSON =
      JsonFactory.builder()
          .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(DEEPEST).build())
          .build();

  private final @Nullable Object value; // Map, List, String, Long, Double or Boolean

  private Document(@Nullable Object value) {
    this.value = value;
  }

  /**
   * Reads a value.
   *
   * @throws IOException if the octets are no JSON, or nested deeper than 32
   */
  public static Document read(byte[] octets) throws IOException {
    try (JsonParser parser = JSON.createParser(octets)) {
      parser.nextToken();
      return new Document(value(parser));
    }
  }

  private static @Nullable Object value(JsonParser parser) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("the document ends early");
    }
    return switch (token) {
      case START_OBJECT -> object(parser);
      case START_ARRAY -> array(parser);
      case VALUE_STRING -> parser.getText();
      case VALUE_NUMBER_INT -> parser.getLongValue();
      case VALUE_NUMBER_FLOAT -> parser.getDoubleValue();
      case VALUE_TRUE -> true;
      case VALUE_FALSE -> false;
      default -> null;
    };
  }

  private static Map<String, Document> object(JsonParser parser) throws IOException {
    Map<String, Document> fields = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      parser.nextToken();
      fields.put(name, new Document(value(parser)));
    }
    return fields;
  }

  private static List<Document> array(JsonParser parser) throws IOException {
    List<Document> items = new ArrayList<>();
    JsonToken token = parser.nextToken();
    while (token != null && token != JsonToken.END_ARRAY) {
      items.add(new Document(value(parser)));
      token = parser.nextToken();
    }
    return items;
  }

  /** A field; an empty object if it is not there. */
  public Document get(String field) {
    return value instanceof Map<?, ?> fields && fields.get(field) instanceof Document found
        ? found
        : EMPTY;
  }

  /** Whether the field is there, and not null. */
  public boolean has(String field) {
    return value instanceof Map<?, ?> fields
        && fields.get(field) instanceof Document found
        && found.value != null;
  }

  /** A field's text; null: there is none. */
  public @Nullable String text(String field) {
    return get(field).value instanceof String text ? text : null;
  }

  /** As above. */
  public String text(String field, String otherwise) {
    String text = text(field);
    return text == null ? otherwise : text;
  }

  /** A field's number, without its fraction. */
  public long number(String field, long otherwise) {
    return get(field).value instanceof Number number ? number.longValue() : otherwise;
  }

  /** A field's number; 0: there is none. */
  public double amount(String field) {
    return get(field).value instanceof Number number ? number.doubleValue() : 0;
  }

  /** Whether a field is true. */
  public boolean flag(String field) {
    return Boolean.TRUE.equals(get(field).value);
  }

  /** A field's items; empty: there are none. */
  public List<Document> list(String field) {
    return get(field).items();
  }

  /** The items of this array. */
  public List<Document> items() {
    List<Document> items = new ArrayList<>();
    if (value instanceof List<?> all) {
      all.forEach(
          one -> {
            if (one instanceof Document item) {
              items.add(item);
            }
          });
    }
    return items;
  }

  /** The fields of this object that are numbers, in their order. */
  public Map<String, Long> numbers() {
    Map<String, Long> numbers = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> fields) {
      fields.forEach(
          (name, field) -> {
            if (field instanceof Document one && one.value instanceof Number number) {
              numbers.put(String.valueOf(name), number.longValue());
            }
          });
    }
    return numbers;
  }

  /** The fields of this object that are texts, in their order. */
  public Map<String, String> texts() {
    Map<String, String> texts = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> fields) {
      fields.forEach(
          (name, field) -> {
            if (field instanceof Document one && one.value instanceof String text) {
              texts.put(String.valueOf(name), text);
            }
          });
    }
    return texts;
  }

  /** This number; 0: it is none. */
  public long number() {
    return value instanceof Number number ? number.longValue() : 0;
  }

  /** This text; null: it is none. */
  public @Nullable String text() {
    return value instanceof String text ? text : null;
  }
}
