package dev.argyle.server.udp;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A bounded table of an association: when full, it evicts the least recently used entry. Beyond its
 * first {@value #OWN} entries it also needs room among those of its user and of all users, which
 * bounds the memory of many full tables. A look-up makes no object.
 */
final class Recent<K, V> extends LinkedHashMap<K, V> {

  private static final long serialVersionUID = 1L;

  /** Entries that a table may always have. */
  static final int OWN = 16;

  private static final int FIRST_SIZE = 8;

  private final int most;
  private final transient LoopShare share;

  Recent(int most, LoopShare share) {
    super(FIRST_SIZE, 0.75f, true);
    this.most = most;
    this.share = share;
  }

  @Override
  protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
    boolean fits = size() <= OWN || (size() <= most && share.remember());
    if (!fits) {
      share.forgotten();
    }
    return !fits;
  }

  /** Removes an entry, if it is there. */
  void forget(K key) {
    if (remove(key) != null && size() >= OWN) {
      share.forget(1);
    }
  }

  @Override
  public void clear() {
    share.forget(Math.max(0, size() - OWN));
    super.clear();
  }
}
