package dev.argyle.server.account;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who was authenticated outside not long ago, by keyed digests: neither names nor passwords can be
 * got out of it. An entry ends with its time, and with a change of its account; {@link
 * PasswordCache} says why that is enough. At most {@link #MAX_REMEMBERED}; beyond it the one that
 * was used longest ago is forgotten, and asked for again. Shared by threads, all under the monitor;
 * nothing blocks.
 */
final class OutsideCache {

  /** Some 250 octets each: 8 MB at most. */
  static final int MAX_REMEMBERED = 32_768;

  private record Remembered(User user, long endNanos) {}

  private final LongSupplier nanoTime;
  private final Map<ByteBuffer, Remembered> entries;

  OutsideCache(LongSupplier nanoTime) {
    this(nanoTime, MAX_REMEMBERED);
  }

  OutsideCache(LongSupplier nanoTime, int most) {
    this.nanoTime = nanoTime;
    this.entries =
        new LinkedHashMap<>(16, 0.75f, true) { // in the order of use
          @Override
          protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Remembered> eldest) {
            return size() > most;
          }
        };
  }

  /** Null: not remembered, or no longer. */
  synchronized @Nullable User find(byte[] digest) {
    Remembered entry = entries.get(ByteBuffer.wrap(digest));
    if (entry == null) {
      return null;
    }
    if (entry.endNanos - nanoTime.getAsLong() <= 0) {
      entries.remove(ByteBuffer.wrap(digest));
      return null;
    }
    return entry.user;
  }

  /** Under the lock of {@link ChangeLog} only. */
  synchronized void remember(byte[] digest, User user, long nanos) {
    if (nanos > 0) {
      entries.put(ByteBuffer.wrap(digest), new Remembered(user, nanoTime.getAsLong() + nanos));
    }
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
      case AccountEvent.Many() -> entries.clear();
    }
  }

  private void forget(String name) {
    entries.values().removeIf(entry -> entry.user.name().equals(name));
  }

  synchronized int size() {
    return entries.size();
  }
}
