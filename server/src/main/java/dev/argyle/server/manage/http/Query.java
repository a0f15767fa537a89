package dev.argyle.server.manage.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The parameters of a request's query: those that its route knows. Immutable. */
public final class Query {

  /** Items of a page, unless the client says how many. */
  public static final int DEFAULT_LIMIT = 100;

  /** Items of a page at most. */
  public static final int MAX_LIMIT = 1000;

  private final Map<String, String> parameters;

  private Query(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  static Query of(Map<String, String> parameters, List<String> known) {
    for (String name : parameters.keySet()) {
      if (!known.contains(name)) {
        throw Problem.invalidField(
                name,
                "is not a parameter of this resource",
                known.isEmpty() ? "send no query" : "use one of: " + String.join(", ", known))
            .exception();
      }
    }
    return new Query(parameters);
  }

  /** The value; null: the parameter is not there, or empty. */
  public @Nullable String text(String name) {
    String value = parameters.get(name);
    return value == null || value.isEmpty() ? null : value;
  }

  /** A whole number between bounds; throws {@link ProblemException} for what is none. */
  public long number(String name, long least, long most, long otherwise) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    try {
      long number = Long.parseLong(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException none) {
      // told below, as a number out of range is
    }
    throw Problem.invalidField(
            name, "is no number from " + least + " to " + most, "send such a number")
        .exception();
  }

  /** {@code true} or {@code false}. */
  public boolean flag(String name, boolean otherwise) {
    String value = text(name);
    if (value == null) {
      return otherwise;
    }
    return switch (value) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw Problem.invalidField(name, "is neither true nor false", "send one of them")
              .exception();
    };
  }

  /** How many items the client wants: parameter {@code limit}. */
  public int limit() {
    return (int) number("limit", 1, MAX_LIMIT, DEFAULT_LIMIT);
  }
}
