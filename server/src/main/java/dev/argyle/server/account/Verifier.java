package dev.argyle.server.account;

import dev.argyle.wire.UserName;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers whether a name and a password go together. Shared by threads.
 *
 * <p>For a name that does not exist, is disabled, or belongs to a temporary user, a hash of our own
 * is computed too: the time tells a stranger nothing. (An account imported with another kind of
 * hash takes that hash's time, until its first login.) Several logins at once with the same name
 * and password share one hash: a client that opens a hundred connections at once waits once.
 */
final class Verifier {

  private static final Logger LOG = LoggerFactory.getLogger(Verifier.class);

  private static final Verdict REFUSED = new Verdict.Refused();
  private static final Verdict BUSY = new Verdict.Busy();
  private static final Verdict COSTLY = new Verdict.Costly();

  /** How often a login is verified again because the hash changed meanwhile. */
  private static final int ROUNDS = 3;

  private final AccountStore store;
  private final ChangeLog changes;
  private final PasswordCache cache;
  private final Hashing hashing;

  private final TemporaryUsers temporary;

  /**
   * What is being verified.
   *
   * @param costly whether the account's hash may be a costly one
   */
  private record Attempt(ByteBuffer digest, boolean costly) {}

  /** At most as many as {@link Hashing#enter} allows. */
  private final Map<Attempt, CompletableFuture<Verdict>> underWay = new ConcurrentHashMap<>();

  Verifier(
      AccountStore store,
      ChangeLog changes,
      PasswordCache cache,
      Hashing hashing,
      TemporaryUsers temporary) {
    this.store = store;
    this.temporary = temporary;
    this.changes = changes;
    this.cache = cache;
    this.hashing = hashing;
  }

  @Nullable Verdict remembered(byte[] name, byte[] password) {
    if (!UserName.fits(name) || !UserName.fits(password)) {
      return null;
    }
    return remembered(UserName.text(name), cache.digest(name, password), false);
  }

  private @Nullable Verdict remembered(String name, byte[] digest, boolean mayBlock) {
    if (temporary.has(name)) {
      User user = temporary.user(name, digest);
      return user == null ? null : new Verdict.Accepted(user);
    }
    if (cache.find(name, digest) == null) {
      return null; // most often: and the database was not asked
    }
    if (!changes.catchUp(mayBlock)) {
      return null;
    }
    User user = cache.find(name, digest);
    return user == null ? null : new Verdict.Accepted(user);
  }

  /**
   * See {@link AccountBook#verify}.
   *
   * @param costly whether there is a turn for a costly hash; else such a one is not computed
   */
  CompletionStage<Verdict> verify(byte[] name, byte[] password, boolean costly) {
    if (!UserName.fits(name) || !UserName.fits(password)) {
      return CompletableFuture.completedFuture(REFUSED);
    }
    byte[] digest = cache.digest(name, password);
    Attempt key = new Attempt(ByteBuffer.wrap(digest), costly);
    CompletableFuture<Verdict> fresh = new CompletableFuture<>();
    CompletableFuture<Verdict> there = underWay.putIfAbsent(key, fresh);
    if (there != null) {
      return there.copy();
    }
    if (!hashing.enter()) {
      underWay.remove(key);
      fresh.complete(BUSY);
      return fresh.copy();
    }
    UserName owned = UserName.of(name);
    byte[] secret = password.clone();
    Thread.ofVirtual().name("verify").start(() -> verifyNow(owned, secret, digest, key, fresh));
    return fresh.copy();
  }

  private void verifyNow(
      UserName name,
      byte[] password,
      byte[] digest,
      Attempt key,
      CompletableFuture<Verdict> fresh) {
    Runnable answer;
    try {
      Verdict verdict = judge(name, password, digest, key);
      answer = () -> fresh.complete(verdict);
    } catch (RuntimeException | Error failed) {
      answer = () -> fresh.completeExceptionally(failed);
    }
    Arrays.fill(password, (byte) 0);
    underWay.remove(key, fresh);
    hashing.leave();
    answer.run();
  }

  private Verdict judge(UserName name, byte[] password, byte[] digest, Attempt key) {
    for (int round = 0; round < ROUNDS; round++) {
      Verdict known = remembered(name.text(), digest, true);
      if (known != null) {
        return known;
      }
      AccountRow row = temporary.has(name.text()) ? null : changes.find(name);
      if (row == null) {
        return decoy(password);
      }
      PasswordHash hash = readable(row);
      if (hash == null) {
        return decoy(password);
      }
      if (hash.isCostly() && !key.costly) {
        return COSTLY;
      }
      if (!hashing.matches(hash, password) || !row.account().enabled()) {
        return new Verdict.Refused(hash.wholeCost());
      }
      String stored = hashing.isCurrent(hash) ? row.hash() : rehash(row, password);
      underWay.remove(key); // a later login is verified anew: the account may change
      Account now =
          changes.confirm(name, stored, account -> cache.remember(digest, account.user()));
      if (now != null) {
        return new Verdict.Accepted(now.user());
      }
    }
    return BUSY;
  }

  private Verdict decoy(byte[] password) {
    hashing.create(password);
    return REFUSED;
  }

  private static @Nullable PasswordHash readable(AccountRow row) {
    return switch (PasswordHash.parse(row.hash())) {
      case PasswordHash.Parsed.Good(PasswordHash hash) -> hash;
      case PasswordHash.Parsed.Bad(String reason) -> {
        LOG.warn("user {}: the stored hash cannot be used: {}", row.account().name(), reason);
        yield null;
      }
    };
  }

  /** Stores a better hash of the same password; the old one stays if that fails or would wait. */
  private String rehash(AccountRow row, byte[] password) {
    String better = hashing.create(password);
    try {
      return store.rehash(row.account().name(), row.hash(), better) ? better : row.hash();
    } catch (AccountStoreException failed) {
      LOG.warn(
          "user {}: the password hash was not upgraded: {}",
          row.account().name(),
          failed.getMessage());
      return row.hash();
    }
  }
}
