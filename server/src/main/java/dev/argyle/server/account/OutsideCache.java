package dev.argyle.server.account;

import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who was authenticated outside not long ago, by keyed digests: neither names nor passwords can be
 * got out of it. An entry ends with its time, and with a change of its account; {@link
 * PasswordCache} says why that is enough. At most {@link #MAX_REMEMBERED}; beyond it the one that
 * was used longest ago is forgotten, and asked for again. Shared by threads, all under the monitor,
 * for a few look-ups at a time: loops take it too.
 */
final class OutsideCache {

  /** Some 400 octets each, with their place in the index of names: 13 MB at most. */
  static final int MAX_REMEMBERED = 32_768;

  private record Remembered(User user, long endNanos) {}

  private final LongSupplier nanoTime;
  private final Map<ByteBuffer, Remembered> entries;
  private final Map<String, Set<ByteBuffer>> digests = new HashMap<>(); // of an account's entries

  OutsideCache(LongSupplier nanoTime) {
    this(nanoTime, MAX_REMEMBERED);
  }

  OutsideCache(LongSupplier nanoTime, int most) {
    this.nanoTime = nanoTime;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) { // in the order of use
          @Override
          protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Remembered> eldest) {
            if (size() <= most) {
              return false;
            }
            unlist(eldest.getKey(), eldest.getValue());
            return true;
          }
        };
  }

  /** Null: not remembered, or no longer. */
  synchronized @Nullable User find(byte[] digest) {
    ByteBuffer key = ByteBuffer.wrap(digest);
    Remembered entry = entries.get(key);
    if (entry == null) {
      return null;
    }
    if (entry.endNanos - nanoTime.getAsLong() <= 0) {
      entries.remove(key);
      unlist(key, entry);
      return null;
    }
    return entry.user;
  }

  /** Under the lock of {@link ChangeLog} only. */
  synchronized void remember(byte[] digest, User user, long nanos) {
    if (nanos > 0) {
      ByteBuffer key = ByteBuffer.wrap(digest);
      Remembered before = entries.remove(key);
      if (before != null) {
        unlist(key, before);
      }
      digests.computeIfAbsent(user.name(), _ -> new HashSet<>(2)).add(key);
      entries.put(key, new Remembered(user, nanoTime.getAsLong() + nanos));
    }
  }

  private void unlist(ByteBuffer digest, Remembered entry) {
    digests.computeIfPresent(
        entry.user.name(), (_, all) -> all.remove(digest) && all.isEmpty() ? null : all);
  }

  /** Forgets those whose account is not what it was. */
  synchronized void forget(AccountEvent event) {
    switch (event) {
      case AccountEvent.Removed(String name) -> forget(name);
      case AccountEvent.Disabled(String name) -> forget(name);
      case AccountEvent.Renamed(String name, String _) -> forget(name);
      case AccountEvent.PasswordChanged(String name) -> forget(name);
      case AccountEvent.FlagsChanged(String name) -> forget(name);
      case AccountEvent.AttributesChanged(String name) -> forget(name);
      case AccountEvent.UsageReset _ -> {}
      case AccountEvent.Many() -> {
        entries.clear();
        digests.clear();
      }
    }
  }

  private void forget(String name) {
    Set<ByteBuffer> all = digests.remove(name);
    if (all != null) {
      all.forEach(entries::remove);
    }
  }

  synchronized int size() {
    return entries.size();
  }

  /** Names that have entries. */
  synchronized int names() {
    return digests.size();
  }
}
