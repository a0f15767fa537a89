package dev.argyle.server.outside;

import dev.argyle.server.config.Accounts;
import java.io.IOException;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.naming.NamingException;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * A directory that is asked by LDAP: who can bind with the password is who the name says. Each
 * question has a connection of its own, and with it two threads while it lasts: one of ours and one
 * of JNDI's. There are no more than {@code accounts.ldap.max-concurrent}.
 */
public final class LdapAuthority implements Authority {

  /** Of the time for one answer: a question is a few of them, and ends by then in any case. */
  private static final int PATIENCE = 3;

  private final Accounts.Ldap config;
  private final @Nullable SSLContext tls; // null: in clear text, on loopback
  private final Semaphore places;

  /**
   * @throws IOException the file of authorities cannot be used, with words for the operator
   */
  public LdapAuthority(Accounts.Ldap config) throws IOException {
    this.config = config;
    boolean clear = config.clearText() && !config.startTls() && url(config).startsWith("ldap:");
    this.tls = clear ? null : Trust.context("accounts.ldap.ca", config.ca());
    this.places = new Semaphore(config.maxConcurrent(), true);
  }

  private static String url(Accounts.Ldap config) {
    return Objects.requireNonNull(config.url(), "accounts.ldap.url");
  }

  @Override
  public String name() {
    return "ldap";
  }

  @Override
  public Answer ask(Asked asked) {
    CompletableFuture<Answer> answer = new CompletableFuture<>();
    Thread asking = null;
    try {
      if (!places.tryAcquire(config.timeout().toMillis(), TimeUnit.MILLISECONDS)) {
        return new Answer.Unknown("accounts.ldap.max-concurrent questions are under way");
      }
      asking = Thread.ofVirtual().name("ldap").start(() -> look(asked, answer));
      return answer.get(PATIENCE * config.timeout().toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Answer.Unknown("the server ends");
    } catch (TimeoutException late) {
      return new Answer.Unknown("no answer in time (accounts.ldap.timeout)");
    } catch (ExecutionException bug) {
      throw new IllegalStateException(bug.getCause());
    } finally {
      if (asking != null && !answer.isDone()) {
        asking.interrupt(); // which closes its socket
      }
    }
  }

  private void look(Asked asked, CompletableFuture<Answer> answer) {
    try {
      answer.complete(look(asked));
    } catch (RuntimeException | Error bug) {
      answer.completeExceptionally(bug);
    } finally {
      places.release(); // not before it has ended, or there would be more threads
    }
  }

  private Answer look(Asked asked) {
    try {
      if (!asked.wanted().getAsBoolean()) {
        return new Answer.Unwanted();
      }
      try (LdapLogin login = LdapLogin.connect(config, url(config), tls)) {
        return login.judge(asked);
      }
    } catch (NamingException failed) {
      return new Answer.Unknown(LdapLogin.words(failed));
    } catch (IOException failed) {
      return new Answer.Unknown(
          String.valueOf(failed.getMessage()).startsWith("accounts.")
              ? String.valueOf(failed.getMessage())
              : "TLS: " + failed.getMessage());
    }
  }
}
