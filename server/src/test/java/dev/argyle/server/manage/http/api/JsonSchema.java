package dev.argyle.server.manage.http.api;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** As much of JSON Schema as {@code openapi.json} uses; a keyword that is unknown here fails. */
public final class JsonSchema {

  private static final Pattern TIME =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
  private static final Pattern DAY = Pattern.compile("\\d{4}-\\d\\d-\\d\\d");

  private static final Set<String> KNOWN =
      Set.of(
          "$ref",
          "type",
          "description",
          "properties",
          "required",
          "additionalProperties",
          "items",
          "minItems",
          "maxItems",
          "enum",
          "anyOf",
          "format",
          "minimum",
          "maximum");

  private final Map<String, @Nullable Object> schemas;
  private final List<String> mistakes = new ArrayList<>();

  private JsonSchema(Map<String, @Nullable Object> schemas) {
    this.schemas = schemas;
  }

  /**
   * What of a value is not as its schema says.
   *
   * @param document the whole of it, for references
   */
  public static List<String> mistakes(
      Map<String, @Nullable Object> document, @Nullable Object schema, @Nullable Object value) {
    Map<String, @Nullable Object> components = ReadJson.asObject(document.get("components"));
    JsonSchema check = new JsonSchema(ReadJson.asObject(components.get("schemas")));
    check.check(ReadJson.asObject(schema), value, "$");
    return check.mistakes;
  }

  private void check(Map<String, @Nullable Object> schema, @Nullable Object value, String at) {
    for (String keyword : schema.keySet()) {
      if (!KNOWN.contains(keyword)) {
        mistakes.add(at + ": keyword " + keyword + " is not known to this test");
      }
    }
    if (schema.get("$ref") instanceof String ref) {
      String name = ref.substring(ref.lastIndexOf('/') + 1);
      check(ReadJson.asObject(schemas.get(name)), value, at);
      return;
    }
    if (schema.get("anyOf") instanceof List<?> choices) {
      if (choices.stream().noneMatch(choice -> fits(ReadJson.asObject(choice), value))) {
        mistakes.add(at + ": fits none of anyOf: " + value);
      }
      return;
    }
    if (!typeFits(schema.get("type"), value)) {
      mistakes.add(at + ": is no " + schema.get("type") + ": " + value);
    } else if (schema.get("enum") instanceof List<?> words && !words.contains(value)) {
      mistakes.add(at + ": is none of " + words + ": " + value);
    } else {
      checkInside(schema, value, at);
    }
  }

  private boolean fits(Map<String, @Nullable Object> schema, @Nullable Object value) {
    int before = mistakes.size();
    check(schema, value, "");
    boolean fits = mistakes.size() == before;
    mistakes.subList(before, mistakes.size()).clear();
    return fits;
  }

  private static boolean typeFits(@Nullable Object type, @Nullable Object value) {
    if (type instanceof List<?> types) {
      return types.stream().anyMatch(one -> typeFits(one, value));
    }
    return switch ((String) Objects.requireNonNull(type)) {
      case "null" -> value == null;
      case "string" -> value instanceof String;
      case "boolean" -> value instanceof Boolean;
      case "integer" -> value instanceof Long;
      case "number" -> value instanceof Number;
      case "array" -> value instanceof List;
      case "object" -> value instanceof Map;
      default -> throw new AssertionError("no type: " + type);
    };
  }

  private void checkInside(
      Map<String, @Nullable Object> schema, @Nullable Object value, String at) {
    switch (value) {
      case String text -> checkFormat(schema.get("format"), text, at);
      case Long number -> {
        if (schema.get("minimum") instanceof Long least && number < least) {
          mistakes.add(at + ": is below " + least + ": " + number);
        }
      }
      case List<?> items -> {
        if (schema.get("minItems") instanceof Long least && items.size() < least
            || schema.get("maxItems") instanceof Long most && items.size() > most) {
          mistakes.add(at + ": has " + items.size() + " items");
        }
        for (int i = 0; i < items.size(); i++) {
          check(ReadJson.asObject(schema.get("items")), items.get(i), at + "[" + i + "]");
        }
      }
      case Map<?, ?> fields -> checkFields(schema, ReadJson.asObject(fields), at);
      case null, default -> {}
    }
  }

  private void checkFormat(@Nullable Object format, String text, String at) {
    if ("date-time".equals(format) && !TIME.matcher(text).matches()) {
      mistakes.add(at + ": is no time with milliseconds: " + text);
    }
    if ("date".equals(format) && !DAY.matcher(text).matches()) {
      mistakes.add(at + ": is no day: " + text);
    }
  }

  private void checkFields(
      Map<String, @Nullable Object> schema, Map<String, @Nullable Object> fields, String at) {
    Object others = schema.get("additionalProperties");
    Map<String, @Nullable Object> known =
        schema.get("properties") == null ? Map.of() : ReadJson.asObject(schema.get("properties"));
    if (others == null && known.isEmpty()) {
      return; // any object
    }
    fields.forEach(
        (name, value) -> {
          if (known.containsKey(name)) {
            check(ReadJson.asObject(known.get(name)), value, at + "." + name);
          } else if (others instanceof Map<?, ?> each) {
            check(ReadJson.asObject(each), value, at + "." + name);
          } else {
            mistakes.add(at + "." + name + ": is not described");
          }
        });
    if (schema.get("required") instanceof List<?> required) {
      for (Object name : required) {
        if (!fields.containsKey(String.valueOf(name))) {
          mistakes.add(at + "." + name + ": is described as always there, and is not");
        }
      }
    }
  }
}
