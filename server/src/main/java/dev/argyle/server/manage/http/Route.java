package dev.argyle.server.manage.http;

import dev.argyle.server.control.Operation;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A method of a resource: the path where it is, what it needs, and who answers. Immutable.
 *
 * @param method such as {@code GET}; a route for GET answers HEAD as well
 * @param template a path; a segment {@code {name}} stands for any one, and is a parameter
 * @param access who may use it
 * @param needed the operation whose right the actor must have; null: see {@code access}
 * @param query the parameters of the query; any other one is refused
 */
public record Route(
    String method,
    String template,
    Access access,
    @Nullable Operation needed,
    List<String> query,
    Resource resource) {

  /** Who may use a route. */
  public enum Access {
    /** Anybody, without a login. */
    OPEN,
    /** Whoever has logged in. */
    LOGIN
  }

  public Route {
    query = List.copyOf(query);
    if (!template.startsWith("/")) {
      throw new IllegalArgumentException("a path begins with a slash: " + template);
    }
    if (access == Access.OPEN && needed != null) {
      throw new IllegalArgumentException("an open route needs no right: " + template);
    }
  }

  public static Making get(String template) {
    return new Making("GET", template);
  }

  public static Making post(String template) {
    return new Making("POST", template);
  }

  public static Making patch(String template) {
    return new Making("PATCH", template);
  }

  public static Making delete(String template) {
    return new Making("DELETE", template);
  }

  /** Whether it changes something, so that a page from elsewhere must not be able to send it. */
  boolean changes() {
    return !method.equals("GET");
  }

  /** A route whose resource is to come. Unless something else is said, it needs a login. */
  public static final class Making {
    private final String method;
    private final String template;
    private final List<String> query = new ArrayList<>();
    private Access access = Access.LOGIN;
    private @Nullable Operation needed;

    private Making(String method, String template) {
      this.method = method;
      this.template = template;
    }

    /** The actor must have the right to do that. */
    public Making needs(Operation operation) {
      needed = operation;
      return this;
    }

    /** Anybody may use it, without a login. */
    public Making open() {
      access = Access.OPEN;
      return this;
    }

    /** The parameters that its query may have. */
    public Making query(String... names) {
      query.addAll(List.of(names));
      return this;
    }

    /** The route. */
    public Route answers(Resource resource) {
      return new Route(method, template, access, needed, query, resource);
    }
  }
}
