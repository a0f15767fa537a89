package dev.argyle.server.manage.door;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.telemetry.Door;
import java.net.InetSocketAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The administrator of one connection: the login, then the session, until the connection ends.
 * Belongs to the connection's loop.
 */
final class AdminLogin {

  private static final Logger LOG = LoggerFactory.getLogger(AdminLogin.class);

  private final ProxyControl control;
  private final Door door;
  private final Runnable revoked;
  private @Nullable CompletableFuture<?> underWay;
  private @Nullable Runnable closeSession;
  private boolean ended;

  /**
   * @param revoked called on the loop when whoever has logged in is no administrator any more
   */
  AdminLogin(ProxyControl control, Door door, Runnable revoked) {
    this.control = control;
    this.door = door;
    this.revoked = revoked;
  }

  /**
   * Verifies a name and a password.
   *
   * @param then called on the loop, unless the connection has ended: with the administrator, or
   *     null if the login is refused; or with a failure of ours
   */
  void begin(
      Executor loop,
      InetSocketAddress client,
      byte[] name,
      byte[] password,
      BiConsumer<@Nullable Actor, @Nullable Throwable> then) {
    CompletableFuture<@Nullable Actor> login = control.login(door, client, name, password);
    underWay = login;
    login.whenComplete(
        (actor, failure) -> loop.execute(() -> completed(loop, actor, failure, then)));
  }

  private void completed(
      Executor loop,
      @Nullable Actor actor,
      @Nullable Throwable failure,
      BiConsumer<@Nullable Actor, @Nullable Throwable> then) {
    if (ended) {
      return;
    }
    if (actor != null) {
      closeSession = control.openSession(actor, () -> revoke(loop));
    }
    then.accept(actor, failure);
  }

  private void revoke(Executor loop) {
    try {
      loop.execute(revoked);
    } catch (RejectedExecutionException ended) {
      LOG.debug("the doors are closed, and their connections with them", ended);
    }
  }

  /** The connection has ended. A login that waits for its turn gives up its place. */
  void end() {
    ended = true;
    if (underWay != null) {
      underWay.cancel(false);
    }
    if (closeSession != null) {
      closeSession.run();
    }
  }
}
