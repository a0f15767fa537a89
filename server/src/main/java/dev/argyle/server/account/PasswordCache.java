package dev.argyle.server.account;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cache of verified passwords: a returning user costs microseconds and not an Argon2 hash.
 * Shared by threads.
 *
 * <p><b>Theory of operation.</b> What is kept is HMAC-SHA-256(key, length of the name | name |
 * password) under the name. The key is random, created with this object, and never leaves it.
 * Without the key a copy of the digests verifies nothing. Whoever has the key (a dump of this
 * process) can also read the passwords that users send to it. Neither passwords nor unkeyed digests
 * are kept. Digests are compared in constant time.
 *
 * <p>An entry stands for "the database, asked now, would say yes", and must not outlive that. Three
 * rules ensure it; {@link ChangeLog} has the lock that they need:
 *
 * <ol>
 *   <li>Before an entry is used, the database is asked whether anything has changed ({@link
 *       Database#commitCounter}, 3 microseconds with SQLite). Changed accounts are forgotten first,
 *       whichever process changed them.
 *   <li>An entry is made only under the change log's lock, after the accounts that have changed up
 *       to now have been forgotten and the account has been read again, with the same hash that was
 *       verified. A change after that is one that the change log has not read yet, and will read.
 *   <li>A wrong password is never remembered: a password that becomes right is right at once.
 * </ol>
 *
 * <p>At most {@link #MAX_REMEMBERED} names are kept; beyond it the one that was used longest ago is
 * forgotten and costs a hash next time. Only right passwords make entries, so a stranger cannot
 * evict anybody.
 */
final class PasswordCache {

  /** Some 200 octets each: 6 MiB at most. */
  static final int MAX_REMEMBERED = 32_768;

  @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest alone
  private record Remembered(byte[] digest, User user) {}

  private final KeyedDigest keyed;
  private final Map<String, Remembered> entries;

  PasswordCache() {
    this(MAX_REMEMBERED);
  }

  PasswordCache(int maxRemembered) {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    keyed = new KeyedDigest(key);
    entries =
        Collections.synchronizedMap(
            new LinkedHashMap<>(16, 0.75f, true) { // in the order of use
              @Override
              protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
                return size() > maxRemembered;
              }
            });
  }

  /** The keyed digest of a name and a password, at most 255 octets each. */
  byte[] digest(byte[] name, byte[] password) {
    MessageDigest message = keyed.begin();
    message.update((byte) name.length);
    message.update(name);
    message.update(password);
    return keyed.end(message);
  }

  /** As above, from one address; no digest of a name and a password alone is the same. */
  byte[] digest(byte[] name, byte[] password, byte[] address) {
    MessageDigest message = keyed.begin();
    message.update((byte) 0); // no name is of this length
    message.update((byte) name.length);
    message.update(name);
    message.update((byte) password.length);
    message.update(password);
    message.update(address);
    return keyed.end(message);
  }

  /** Who has shown this password; null: not remembered. */
  @Nullable User find(String name, byte[] digest) {
    Remembered entry = entries.get(name);
    return entry != null && MessageDigest.isEqual(entry.digest, digest) ? entry.user : null;
  }

  /** Under the lock of {@link ChangeLog} only: see the second rule above. */
  void remember(byte[] digest, User user) {
    entries.put(user.name(), new Remembered(digest, user));
  }

  /** Forgets those whose account is not what it was. */
  void forget(AccountEvent event) {
    switch (event) {
      case AccountEvent.Removed(String name) -> entries.remove(name);
      case AccountEvent.Disabled(String name) -> entries.remove(name);
      case AccountEvent.Renamed(String name, String _) -> entries.remove(name);
      case AccountEvent.PasswordChanged(String name) -> entries.remove(name);
      case AccountEvent.FlagsChanged(String name) -> entries.remove(name);
      case AccountEvent.AttributesChanged(String name) -> entries.remove(name);
      case AccountEvent.UsageReset _ -> {}
      case AccountEvent.Many() -> entries.clear();
    }
  }

  int size() {
    return entries.size();
  }
}
