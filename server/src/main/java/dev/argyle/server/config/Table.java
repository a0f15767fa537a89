package dev.argyle.server.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The keys of one map of the file, and the record that their values make. The component of a key
 * has its name: {@code socks.udp.max-per-user} is {@code socks().udp().maxPerUser()}. A section may
 * have a record of its own or not: {@code socks.proxy-protocol.from} is {@code
 * socks().proxyProtocolFrom()}. A key without a component, or a component without a key, is found
 * when the table is made.
 */
final class Table<R extends Record> {

  /** Keys that are words of Java, and what their components are called. */
  private static final Map<String, String> KEYWORDS = Map.of("interface", "network-interface");

  private final List<Key<?>> keys;
  private final Map<String, @Nullable Object> defaults = new HashMap<>();
  private final Shape<R> shape;

  /**
   * @param others components that are not keys, and their values where there is no file
   */
  Table(Class<R> type, Map<String, ?> others, Key<?>... keys) {
    this.keys = List.of(keys);
    defaults.putAll(others);
    this.keys.forEach(key -> defaults.put(key.path(), key.byDefault()));
    Map<String, String> paths = new HashMap<>();
    defaults
        .keySet()
        .forEach(path -> paths.put(KEYWORDS.getOrDefault(path, path).replace('.', '-'), path));
    this.shape = new Shape<>(type, "", paths);
    if (!paths.isEmpty()) {
      throw new IllegalStateException(type + " has no component for " + paths.values());
    }
  }

  /** In the order in which they are printed. */
  List<Key<?>> keys() {
    return keys;
  }

  /** The values by path; the default of each key that is not in the file. */
  Map<String, @Nullable Object> read(Section file) {
    Map<String, @Nullable Object> values = defaults();
    for (Key<?> key : keys) {
      Value value = file.value(key.path());
      if (value != null) {
        values.put(key.path(), key.read(value));
      }
    }
    file.refuseUnknownKeys();
    return values;
  }

  /** Every default, by path. */
  Map<String, @Nullable Object> defaults() {
    return new HashMap<>(defaults);
  }

  R record(Map<String, @Nullable Object> values) {
    return shape.make(values);
  }

  /** The values of a record, by path. */
  Map<String, @Nullable Object> values(R record) {
    Map<String, @Nullable Object> values = new HashMap<>();
    shape.take(record, values);
    return values;
  }

  /** A record's constructor and components, looked up once: there may be 500,000 rules. */
  private static final class Shape<R> {

    /** A component: a value at a path, or a record within the record. */
    private record Component(Method accessor, @Nullable String path, @Nullable Shape<?> within) {}

    private static final Pattern CAPITAL = Pattern.compile("[A-Z]");

    private final Constructor<R> constructor;
    private final List<Component> components = new ArrayList<>();

    /**
     * @param id what the paths begin with, with hyphens for dots
     * @param paths by their ids; those that have a component here are removed
     */
    Shape(Class<R> type, String id, Map<String, String> paths) {
      List<Class<?>> types = new ArrayList<>();
      for (RecordComponent component : type.getRecordComponents()) {
        String name =
            CAPITAL.matcher(component.getName()).replaceAll("-$0").toLowerCase(Locale.ROOT);
        String path = paths.remove(id + name);
        if (path == null && !component.getType().isRecord()) {
          throw new IllegalStateException("no key for " + id + name);
        }
        Shape<?> within =
            path == null ? new Shape<>(component.getType(), id + name + "-", paths) : null;
        components.add(new Component(component.getAccessor(), path, within));
        types.add(component.getType());
      }
      try {
        constructor = type.getDeclaredConstructor(types.toArray(new Class<?>[0]));
      } catch (NoSuchMethodException impossible) {
        throw new IllegalStateException("a record without its constructor", impossible);
      }
    }

    R make(Map<String, @Nullable Object> values) {
      Object[] arguments =
          components.stream()
              .map(part -> part.within == null ? values.get(part.path) : part.within.make(values))
              .toArray();
      try {
        return constructor.newInstance(arguments);
      } catch (ReflectiveOperationException impossible) {
        throw new IllegalStateException("the kinds of keys belong to the components", impossible);
      }
    }

    void take(Object record, Map<String, @Nullable Object> into) {
      for (Component part : components) {
        try {
          Object value = part.accessor.invoke(record);
          if (part.within != null) {
            part.within.take(value, into);
          } else {
            into.put(part.path, value);
          }
        } catch (ReflectiveOperationException impossible) {
          throw new IllegalStateException("an accessor has failed", impossible);
        }
      }
    }
  }
}
