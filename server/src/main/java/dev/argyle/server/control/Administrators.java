package dev.argyle.server.control;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.session.Services;
import dev.argyle.server.telemetry.Refusal;
import dev.argyle.server.telemetry.SecurityLog;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Who may come in by a door. Every refusal costs one password hash, whatever its reason: who may
 * log in at the SOCKS side but is no administrator, and names that cannot be, are refused as slowly
 * as a wrong password.
 */
final class Administrators {

  private static final int DECOY_OCTETS = 16;

  /** How long a login waits before it asks for a turn again. */
  private static final long TURN_MILLIS = 50;

  private final AccountBook accounts;
  private final Services services;
  private final SecurityLog log;
  private final SecureRandom random = new SecureRandom();

  Administrators(AccountBook accounts, Services services, SecurityLog log) {
    this.accounts = accounts;
    this.services = services;
    this.log = log;
  }

  CompletionStage<Login> login(
      ManagementDoor door, InetSocketAddress client, byte[] name, byte[] password) {
    return verdict(client.getAddress(), name, password)
        .thenApply(verdict -> login(door, client, name, verdict));
  }

  private CompletionStage<Verdict> verdict(InetAddress source, byte[] name, byte[] password) {
    if (!UserName.fits(name) || !UserName.fits(password)) {
      return inTurn(source, this::decoy);
    }
    return switch (accounts.remembered(name, password)) {
      // The password is right, and was not hashed for it: the refusal is made to cost a hash.
      case Verdict.Accepted(var user) when !user.admin() -> inTurn(source, this::decoy);
      case Verdict.Accepted accepted -> CompletableFuture.completedFuture(accepted);
      case Verdict.Refused _, Verdict.Busy _ ->
          inTurn(source, () -> accounts.verify(name, password));
      case null -> inTurn(source, () -> accounts.verify(name, password));
    };
  }

  /**
   * Hashing takes a while and a bounded pool: a source has a few turns in it, so that it cannot
   * keep others waiting. Who waits is bounded by the doors' connections.
   */
  private CompletionStage<Verdict> inTurn(
      InetAddress source, Supplier<CompletionStage<Verdict>> hashing) {
    if (services.beginsHashing(source)) {
      return hashing.get().whenComplete((_, _) -> services.endsHashing(source));
    }
    Executor later =
        CompletableFuture.delayedExecutor(TURN_MILLIS, TimeUnit.MILLISECONDS, Runnable::run);
    return CompletableFuture.supplyAsync(() -> inTurn(source, hashing), later)
        .thenCompose(Function.identity());
  }

  /** A name and a password that nobody has. */
  private CompletionStage<Verdict> decoy() {
    byte[] nobody = new byte[DECOY_OCTETS];
    random.nextBytes(nobody);
    return accounts
        .verify(nobody, nobody)
        .thenApply(
            verdict ->
                switch (verdict) {
                  case Verdict.Accepted _, Verdict.Refused _ -> new Verdict.Refused();
                  case Verdict.Busy busy -> busy;
                });
  }

  private Login login(ManagementDoor door, InetSocketAddress client, byte[] name, Verdict verdict) {
    return switch (verdict) {
      case Verdict.Accepted(var user) when user.admin() ->
          new Login.Admitted(
              new Actor(UserName.of(name).escaped(), Right.ADMINISTER, door, client.getAddress()));
      case Verdict.Accepted _, Verdict.Refused _ -> {
        String claimed = UserName.fits(name) ? UserName.of(name).text() : null;
        log.authenticationFailed(claimed, client.getAddress(), client.getPort(), door.telemetry());
        yield new Login.Refused();
      }
      case Verdict.Busy _ -> new Login.Busy();
    };
  }

  void wrongToken(ManagementDoor door, InetSocketAddress client) {
    log.authenticationFailed(null, client.getAddress(), client.getPort(), door.telemetry());
  }

  void refused(ManagementDoor door, InetSocketAddress client) {
    log.refused(client.getAddress(), Refusal.PENALISED, door.telemetry());
  }
}
