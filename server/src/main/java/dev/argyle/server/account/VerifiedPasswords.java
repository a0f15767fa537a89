package dev.argyle.server.account;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Remembers who has shown the right password, so that a returning user costs microseconds and not
 * an Argon2 hash. Shared by threads.
 *
 * <p><b>Theory of operation.</b> What is kept is HMAC-SHA-256(key, length of the name | name |
 * password) under the name. The key is random, made with this object, and never leaves it: a copy
 * of the digests without the key verifies nothing, and with the key (a dump of this process) no
 * more is lost than the passwords that users send to this process anyway. Neither password nor
 * unkeyed digest is kept. Digests are compared in constant time.
 *
 * <p>An entry is only a shortcut for "the store, asked now, would say yes", so it must not outlive
 * that. Three rules see to it; {@link ChangeWatch} has the lock that they need:
 *
 * <ol>
 *   <li>Before an entry is believed, the store is asked whether anything has changed ({@code PRAGMA
 *       data_version}, 3 microseconds), and what has changed is forgotten first, whichever process
 *       changed it.
 *   <li>An entry is made only under the watch's lock, after the changes up to now have been
 *       forgotten and the account has been read again, with the very hash that was verified. A
 *       change after that reading is a change that the watch has yet to see, and will.
 *   <li>A refusal is never remembered: a password that becomes right is right at once.
 * </ol>
 *
 * <p>At most {@link #MAX_REMEMBERED} names are kept; beyond it the one that has not logged in for
 * longest is forgotten and pays for a hash next time. Only right passwords make entries, so a
 * stranger cannot push anybody out.
 */
final class VerifiedPasswords {

  /** Some 200 octets each: 6 MiB at most. */
  static final int MAX_REMEMBERED = 32_768;

  @SuppressWarnings("ArrayRecordComponent") // compared by MessageDigest alone
  private record Remembered(byte[] digest, User user) {}

  private final Mac keyed;
  private final ReentrantLock lock = new ReentrantLock();
  private final LinkedHashMap<String, Remembered> entries; // under lock

  VerifiedPasswords() {
    this(MAX_REMEMBERED);
  }

  VerifiedPasswords(int maxRemembered) {
    byte[] key = new byte[32];
    new SecureRandom().nextBytes(key);
    try {
      keyed = Mac.getInstance("HmacSHA256");
      keyed.init(new SecretKeySpec(key, "HmacSHA256"));
    } catch (GeneralSecurityException absent) {
      throw new IllegalStateException("every JDK has HmacSHA256", absent);
    }
    entries =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Remembered> eldest) {
            return size() > maxRemembered;
          }
        };
  }

  /** The keyed digest of a name and a password, at most 255 octets each. */
  byte[] digest(byte[] name, byte[] password) {
    try {
      Mac mac = (Mac) keyed.clone(); // the original is never fed, so it may be cloned by anyone
      mac.update((byte) name.length);
      mac.update(name);
      return mac.doFinal(password);
    } catch (CloneNotSupportedException never) {
      throw new IllegalStateException("the JDK's HmacSHA256 can be cloned", never);
    }
  }

  /** Who has shown this password; null: not remembered. */
  @Nullable User find(String name, byte[] digest) {
    lock.lock();
    try {
      Remembered entry = entries.get(name);
      return entry != null && MessageDigest.isEqual(entry.digest, digest) ? entry.user : null;
    } finally {
      lock.unlock();
    }
  }

  /** See the second rule above: under the watch's lock only. */
  void remember(byte[] digest, User user) {
    lock.lock();
    try {
      entries.put(user.name(), new Remembered(digest, user));
    } finally {
      lock.unlock();
    }
  }

  void forget(String name) {
    lock.lock();
    try {
      entries.remove(name);
    } finally {
      lock.unlock();
    }
  }

  void forgetAll() {
    lock.lock();
    try {
      entries.clear();
    } finally {
      lock.unlock();
    }
  }

  int size() {
    lock.lock();
    try {
      return entries.size();
    } finally {
      lock.unlock();
    }
  }
}
