package dev.argyle.server.config;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One key of the file.
 *
 * @param path as in {@code socks.udp.ports}: the sections, then the key
 * @param byDefault its value if the file does not have the key; null only for a kind that takes it
 * @param meaning the beginning of its description in the manual
 */
record Key<T>(String path, Kind<T> kind, @Nullable T byDefault, String meaning) {

  static <T> Key<T> key(String path, Kind<T> kind, @Nullable T byDefault, String meaning) {
    return new Key<>(path, kind, byDefault, meaning);
  }

  /** The value in the file; the default, with a problem recorded, if it is wrong. */
  @Nullable T read(Value value) {
    return value.read(byDefault, kind.reader());
  }

  boolean isDefault(Map<String, ?> values) {
    return Objects.equals(values.get(path), byDefault);
  }

  /** Its value, of those of all keys, as the file writes it. */
  @SuppressWarnings("unchecked") // the values of a table are read by its keys, or fit its record
  String show(Map<String, ?> values) {
    return kind.printer().apply((T) values.get(path));
  }
}
