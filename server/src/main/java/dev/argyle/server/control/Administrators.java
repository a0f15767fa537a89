package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.User;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Password;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may come in by a door. Every refused password costs one hash, whatever the reason: a user who
 * is neither administrator nor viewer, and a name that cannot be, are refused as slowly as a wrong
 * password. Safe for any thread.
 */
final class Administrators {

  private static final int DECOY_OCTETS = 16;

  private final AccountBook accounts;
  private final Admission admission;
  private final Tally counters;
  private final Supplier<BottlerToken> token;
  private final SecureRandom random = new SecureRandom();

  /**
   * @param token asked anew for each datagram: it may change
   */
  Administrators(
      AccountBook accounts, Admission admission, Tally counters, Supplier<BottlerToken> token) {
    this.accounts = accounts;
    this.admission = admission;
    this.counters = counters;
    this.token = token;
  }

  /** See {@link ProxyControl#login}. */
  CompletableFuture<@Nullable Actor> login(
      Door door, InetSocketAddress client, byte[] name, byte[] password) {
    CompletableFuture<@Nullable Actor> login = new CompletableFuture<>();
    Verdict known = isAllowed(door, name, password) ? accounts.remembered(name, password) : null;
    if (known instanceof Verdict.Accepted(var user) && right(user) != null) {
      login.complete(actor(door, client, user));
      return login;
    }
    // Only a password that was verified before is known: no hash was computed for it.
    boolean refused = known != null || !isAllowed(door, name, password);
    CompletableFuture<Verdict> attempt =
        (refused
                ? attempt(client, nobody(), nobody())
                : attempt(client, name.clone(), password.clone()))
            .begin();
    attempt.whenComplete(
        (verdict, failure) -> {
          if (failure != null) {
            login.completeExceptionally(failure);
          } else {
            judged(verdict, door, client, name, login);
          }
        });
    login.whenComplete((_, _) -> attempt.cancel(false)); // cancelled: its client has left
    return login;
  }

  /** Whether credentials can be right there: FEED takes ASCII alone (protocols/feed.md). */
  private static boolean isAllowed(Door door, byte[] name, byte[] password) {
    return UserName.fits(name)
        && UserName.fits(password)
        && (door != Door.FEED || (Password.isAscii(name) && Password.isAscii(password)));
  }

  private LoginAttempt attempt(InetSocketAddress client, byte[] name, byte[] password) {
    return new LoginAttempt(accounts, admission, client.getAddress(), name, password);
  }

  /** A name or a password that nobody has. */
  private byte[] nobody() {
    byte[] nobody = new byte[DECOY_OCTETS];
    random.nextBytes(nobody);
    return nobody;
  }

  private void judged(
      Verdict verdict,
      Door door,
      InetSocketAddress client,
      byte[] name,
      CompletableFuture<@Nullable Actor> login) {
    switch (verdict) {
      case Verdict.Accepted(var user) when right(user) != null ->
          login.complete(actor(door, client, user));
      case Verdict.Accepted _ -> refuse(1, door, client, name, login);
      case Verdict.Refused(int hashes) -> refuse(hashes, door, client, name, login);
      case Verdict.Busy _, Verdict.Costly _ ->
          throw new IllegalStateException("an attempt waits until there is a verdict");
    }
  }

  private void refuse(
      int hashes,
      Door door,
      InetSocketAddress client,
      byte[] name,
      CompletableFuture<@Nullable Actor> login) {
    String claimed = UserName.fits(name) ? UserName.text(name) : null;
    Duration delay =
        admission.authenticationFailed(
            door, client.getAddress(), client.getPort(), claimed, null, hashes, counters);
    login.completeOnTimeout(null, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  /** What a user may do at the doors; null: nothing. */
  private static Operation.@Nullable Right right(User user) {
    if (user.admin()) {
      return Operation.Right.ADMINISTER;
    }
    return user.viewer() ? Operation.Right.READ : null;
  }

  private static Actor actor(Door door, InetSocketAddress client, User user) {
    return new Actor(
        UserName.of(user.name()).escaped(),
        Objects.requireNonNull(right(user)),
        door,
        client.getAddress(),
        user);
  }

  /** See {@link ProxyControl#holderOf}. */
  @Nullable Actor holderOf(BottlerToken shown, Door door, InetSocketAddress client) {
    if (admission.ignoresTokensOf(client.getAddress())) {
      return null;
    }
    if (!token.get().equals(shown)) {
      admission.wrongToken(door, client, counters);
      return null;
    }
    return new Actor(Actor.NO_NAME, Operation.Right.ADMINISTER, door, client.getAddress());
  }
}
