package dev.argyle.server.manage.http;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * All routes, found by method and path. A segment that is written out goes before a parameter, so
 * {@code /connections/kill} is no connection. Immutable.
 */
final class Routes {

  /** What is found for a path. */
  sealed interface Found {
    /** The parameters by their names, as octets. */
    record Matched(Route route, Map<String, byte[]> parameters) implements Found {}

    /** The path is there, but not for this method. */
    record OtherMethods(Set<String> methods) implements Found {}

    record Nothing() implements Found {}
  }

  /** A segment of a path. */
  private static final class Node {
    final Map<String, Node> literal = new HashMap<>();
    @Nullable Node any;
    final Map<String, Route> methods = new HashMap<>();
    final Map<String, List<String>> names = new HashMap<>();
  }

  private final Node root = new Node();

  Routes(List<Route> routes) {
    routes.forEach(this::add);
  }

  private void add(Route route) {
    Node node = root;
    List<String> names = new ArrayList<>();
    for (String segment : route.template().substring(1).split("/", -1)) {
      if (segment.startsWith("{") && segment.endsWith("}")) {
        names.add(segment.substring(1, segment.length() - 1));
        Node next = node.any == null ? new Node() : node.any;
        node.any = next;
        node = next;
      } else {
        node = node.literal.computeIfAbsent(segment, _ -> new Node());
      }
    }
    if (node.methods.put(route.method(), route) != null) {
      throw new IllegalArgumentException("twice: " + route.method() + " " + route.template());
    }
    node.names.put(route.method(), names);
  }

  /**
   * Looks for a route.
   *
   * @param segments of the path, decoded
   */
  Found find(String method, List<byte[]> segments) {
    List<byte[]> values = new ArrayList<>();
    Node node = find(root, segments, 0, values);
    if (node == null) {
      return new Found.Nothing();
    }
    String wanted = method.equals("HEAD") ? "GET" : method;
    Route route = node.methods.get(wanted);
    if (route == null) {
      return new Found.OtherMethods(allowed(node));
    }
    Map<String, byte[]> parameters = new HashMap<>();
    List<String> names = node.names.getOrDefault(wanted, List.of());
    for (int i = 0; i < names.size(); i++) {
      parameters.put(names.get(i), values.get(i));
    }
    return new Found.Matched(route, parameters);
  }

  private static Set<String> allowed(Node node) {
    Set<String> methods = new TreeSet<>(node.methods.keySet());
    if (methods.contains("GET")) {
      methods.add("HEAD");
    }
    return methods;
  }

  /** At most two ways on from each segment of a template, and no template is long. */
  private static @Nullable Node find(Node node, List<byte[]> path, int at, List<byte[]> values) {
    if (at == path.size()) {
      return node.methods.isEmpty() ? null : node;
    }
    byte[] segment = path.get(at);
    Node literal = node.literal.get(Target.text(segment));
    if (literal != null) {
      Node found = find(literal, path, at + 1, values);
      if (found != null) {
        return found;
      }
    }
    if (node.any == null || segment.length == 0) {
      return null;
    }
    values.add(segment);
    Node found = find(node.any, path, at + 1, values);
    if (found == null) {
      values.removeLast();
    }
    return found;
  }
}
