package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.wire.UserName;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The users of this run, which the command line adds: in memory only, never administrators. As many
 * as the command line has named, and none is added later. Safe for any thread; nothing blocks.
 */
final class TemporaryUsers {

  @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest alone
  private record Entry(UserName name, byte[] digest, long createdMillis, AtomicLong last) {

    Account account() {
      return new Account(
          name,
          false,
          true,
          createdMillis,
          createdMillis,
          last.get(),
          true,
          false,
          OwnAttributes.NONE,
          Used.NOTHING);
    }
  }

  private final Map<String, Entry> entries = new ConcurrentHashMap<>(); // by text form

  /**
   * Adds a user.
   *
   * @param digest of {@link PasswordCache#digest}
   */
  void add(UserName name, byte[] digest, long nowMillis) {
    entries.put(name.text(), new Entry(name, digest, Math.max(1, nowMillis), new AtomicLong()));
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  boolean has(String name) {
    return entries.containsKey(name);
  }

  /** Null: there is no such user, or it is another digest. */
  @Nullable User user(String name, byte[] digest) {
    Entry entry = entries.get(name);
    return entry != null && MessageDigest.isEqual(entry.digest, digest)
        ? entry.account().user()
        : null;
  }

  @Nullable Account find(String name) {
    Entry entry = entries.get(name);
    return entry == null ? null : entry.account();
  }

  /** False: there is no such user. */
  boolean remove(String name) {
    return entries.remove(name) != null;
  }

  /** Notes when a user connected; false: there is no such user. */
  boolean touch(String name, long whenMillis) {
    Entry entry = entries.get(name);
    if (entry != null) {
      entry.last.accumulateAndGet(whenMillis, Math::max);
    }
    return entry != null;
  }

  /** All of them, in the order of their octets. */
  List<Account> all() {
    List<Account> all = new ArrayList<>();
    for (Entry entry : entries.values()) {
      all.add(entry.account());
    }
    all.sort((one, other) -> one.name().compareTo(other.name()));
    return all;
  }
}
