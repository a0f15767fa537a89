package dev.argyle.server.udp;

import java.util.LinkedHashMap;
import java.util.Map;

/** A bounded table: full, it forgets what was asked for least recently. Asking makes no object. */
final class Recent<K, V> extends LinkedHashMap<K, V> {

  private static final long serialVersionUID = 1L;
  private static final int FIRST_SIZE = 8;

  private final int most;

  Recent(int most) {
    super(FIRST_SIZE, 0.75f, true);
    this.most = most;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    if (size() <= most) {
      return false;
    }
    if (eldest.getValue() instanceof Route route) {
      route.forget();
    }
    return true;
  }
}
