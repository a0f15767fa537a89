package dev.argyle.server.manage.http;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.exc.StreamReadException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The fields of a JSON object that a client sent. A field that is unknown, or has another type than
 * is asked for, is a problem that names it. Immutable.
 */
public final class Fields {

  private final String prefix;
  private final Map<String, @Nullable Object> values;

  private Fields(String prefix, Map<String, @Nullable Object> values) {
    this.prefix = prefix;
    this.values = values;
  }

  /** Reads a body; throws {@link ProblemException} unless it is one object with such fields. */
  static Fields read(byte[] body, Set<String> known) {
    try (JsonParser json = Json.FACTORY.createParser(body)) {
      if (json.nextToken() != JsonToken.START_OBJECT) {
        throw Problem.badRequest("the body is no JSON object", "send an object, such as {}")
            .exception();
      }
      Map<String, @Nullable Object> values = object(json);
      if (json.nextToken() != null) {
        throw Problem.badRequest("something follows the JSON object", "send one object")
            .exception();
      }
      return new Fields("", values).knowing(known);
    } catch (StreamReadException malformed) {
      throw Problem.badRequest(
              "the body is no JSON: " + malformed.getOriginalMessage(), "send JSON in UTF-8")
          .exception();
    } catch (IOException malformed) {
      throw Problem.badRequest("the body is no JSON", "send JSON in UTF-8").exception();
    }
  }

  private static Map<String, @Nullable Object> object(JsonParser json) throws IOException {
    Map<String, @Nullable Object> values = new LinkedHashMap<>();
    while (json.nextToken() != JsonToken.END_OBJECT) {
      String name = json.currentName();
      json.nextToken();
      values.put(name, value(json));
    }
    return values;
  }

  private static @Nullable Object value(JsonParser json) throws IOException {
    return switch (json.currentToken()) {
      case VALUE_STRING -> json.getText();
      case VALUE_NUMBER_INT -> {
        if (json.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
          throw Problem.badRequest("a number is too great", "send one of 64 bits").exception();
        }
        yield json.getLongValue();
      }
      case VALUE_NUMBER_FLOAT -> json.getDoubleValue();
      case VALUE_TRUE -> Boolean.TRUE;
      case VALUE_FALSE -> Boolean.FALSE;
      case VALUE_NULL -> null;
      case START_OBJECT -> object(json);
      case START_ARRAY -> {
        List<@Nullable Object> items = new ArrayList<>();
        while (json.nextToken() != JsonToken.END_ARRAY) {
          items.add(value(json));
        }
        yield items;
      }
      case NOT_AVAILABLE, END_OBJECT, END_ARRAY, FIELD_NAME, VALUE_EMBEDDED_OBJECT ->
          throw new UncheckedIOException(new IOException("no value: " + json.currentToken()));
    };
  }

  private Fields knowing(Set<String> known) {
    for (String name : values.keySet()) {
      if (!known.contains(name)) {
        throw problem(
            name, "is no field of this request", "use: " + String.join(", ", new TreeSet<>(known)));
      }
    }
    return this;
  }

  private ProblemException problem(String name, String detail, String advice) {
    return Problem.invalidField(prefix + name, detail, advice).exception();
  }

  /** Whether the field is there, be it null. */
  public boolean has(String name) {
    return values.containsKey(name);
  }

  /** A text; null: it is not there, or null. */
  public @Nullable String text(String name) {
    Object value = values.get(name);
    if (value == null || value instanceof String) {
      return (String) value;
    }
    throw problem(name, "is no text", "put it between quotes");
  }

  /** A text, or a whole number as one; null: it is not there, or null. */
  public @Nullable String textOrNumber(String name) {
    return values.get(name) instanceof Long number ? Long.toString(number) : text(name);
  }

  /** A text that must be there. */
  public String requiredText(String name) {
    String value = text(name);
    if (value == null) {
      throw problem(name, "is missing", "send it as a text");
    }
    return value;
  }

  /** True or false; null: it is not there, or null. */
  public @Nullable Boolean flag(String name) {
    Object value = values.get(name);
    if (value == null || value instanceof Boolean) {
      return (Boolean) value;
    }
    throw problem(name, "is neither true nor false", "send one of them, without quotes");
  }

  /** A whole number; null: it is not there, or null. */
  public @Nullable Long number(String name) {
    Object value = values.get(name);
    if (value == null || value instanceof Long) {
      return (Long) value;
    }
    throw problem(name, "is no whole number", "send digits, without quotes");
  }

  /** Whole numbers; null: it is not there, or null. */
  public @Nullable List<Long> numbers(String name) {
    Object value = values.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof List<?> items)) {
      throw problem(name, "is no list", "send numbers between [ and ]");
    }
    List<Long> numbers = new ArrayList<>();
    for (Object item : items) {
      if (!(item instanceof Long number)) {
        throw problem(name, "has an item that is no whole number", "send digits, without quotes");
      }
      numbers.add(number);
    }
    return numbers;
  }

  /** An object within; null: it is not there, or null. */
  public @Nullable Fields object(String name, Set<String> known) {
    Object value = values.get(name);
    if (value == null) {
      return null;
    }
    if (!(value instanceof Map<?, ?> map)) {
      throw problem(name, "is no object", "send fields between { and }");
    }
    Map<String, @Nullable Object> fields = new LinkedHashMap<>();
    map.forEach((key, field) -> fields.put(String.valueOf(key), field));
    return new Fields(prefix + name + ".", fields).knowing(known);
  }
}
