package dev.argyle.server.control;

import static dev.argyle.server.control.ManagedServer.PASSWORD;
import static dev.argyle.server.control.ManagedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.server.account.CheapAccounts;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.UserName;
import dev.argyle.wire.bottler.BottlerToken;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What an administrator's session is worth when the account changes between login and session. */
@Tag("unit")
class AdminSessionsTest {

  private static final InetSocketAddress CLIENT =
      new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 4711);

  /** What happens to an account, which is an enabled administrator's again at the end or gone. */
  enum Change {
    PASSWORD {
      @Override
      void of(String name, ManagedServer server) {
        server.change().password(name);
      }
    },
    SAME_PASSWORD_AGAIN {
      @Override
      void of(String name, ManagedServer server) {
        server.change().password(name, ManagedServer.PASSWORD);
      }
    },
    REMOVED {
      @Override
      void of(String name, ManagedServer server) {
        server.change().removeUser(name);
      }
    },
    REMOVED_AND_ADDED_AGAIN {
      @Override
      void of(String name, ManagedServer server) {
        server.change().removeUser(name);
        server.addAdministrator(name);
      }
    },
    DISABLED {
      @Override
      void of(String name, ManagedServer server) {
        server.change().disable(name);
      }
    },
    DISABLED_FOR_AN_INSTANT {
      @Override
      void of(String name, ManagedServer server) {
        server.change().disable(name);
        server.change().enable(name);
      }
    },
    DEMOTED {
      @Override
      void of(String name, ManagedServer server) {
        server.change().demote(name);
      }
    },
    DEMOTED_FOR_AN_INSTANT {
      @Override
      void of(String name, ManagedServer server) {
        server.change().demote(name);
        server.change().promote(name);
      }
    },
    RENAMED {
      @Override
      void of(String name, ManagedServer server) {
        server.change().rename(name, "somebody");
      }
    };

    abstract void of(String name, ManagedServer server);
  }

  @TempDir Path data;
  private ManagedServer server;
  private ProxyControl control;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(CheapAccounts.open(data, 10));
    server.addAdministrator("eva");
    server.penaliseNobody();
    control = server.control();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private @Nullable Actor login(Door door, String name, String password) throws Exception {
    return control.login(door, CLIENT, octets(name), octets(password)).get(60, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @EnumSource
  void sessionOfAnAccountThatHasChangedSinceItsLoginIsRevokedAndChangesNothing(Change change)
      throws Exception {
    for (Door door : List.of(Door.MASS, Door.FEED)) {
      String name = "admin-" + door.word();
      server.addAdministrator(name);
      Actor actor = Objects.requireNonNull(login(door, name, PASSWORD));
      change.of(name, server); // nobody is in a session yet: no event finds one
      assertThat(control.addUser(actor, UserName.of("by-the-old-one"), octets(PASSWORD)))
          .isInstanceOf(Result.NotAllowed.class);
      assertThat(control.setIdleTimeout(actor, 5)).isInstanceOf(Result.NotAllowed.class);
      AtomicInteger revoked = new AtomicInteger();
      control.openSession(actor, revoked::incrementAndGet);
      await().until(() -> revoked.get() > 0);
      server.change().removeUser(name);
      server.change().removeUser("somebody");
    }
  }

  @ParameterizedTest
  @EnumSource
  void sessionThatIsOpenIsRevokedBeforeTheChangeIsAcknowledged(Change change) throws Exception {
    server.addAdministrator("root");
    Actor actor = Objects.requireNonNull(login(Door.FEED, "root", PASSWORD));
    AtomicInteger revoked = new AtomicInteger();
    control.openSession(actor, revoked::incrementAndGet);
    change.of("root", server);
    assertThat(revoked.get()).isPositive();
  }

  @Test
  void sessionWithTheNewPasswordStaysThoughTheChangeIsToldLater() throws Exception {
    List<AccountEvent> told = new CopyOnWriteArrayList<>();
    Actor before = Objects.requireNonNull(login(Door.FEED, "admin", PASSWORD));
    AtomicInteger old = new AtomicInteger();
    control.openSession(before, old::incrementAndGet);
    try (AccountBook another = CheapAccounts.open(data, 10)) { // as argyle users
      another.changePassword(UserName.of("admin"), octets("of another process"));
    }
    AtomicInteger fresh = new AtomicInteger();
    Actor after = Objects.requireNonNull(login(Door.FEED, "admin", "of another process"));
    control.openSession(after, fresh::incrementAndGet);
    server.accounts.onEvent(told::add);
    await().until(() -> old.get() > 0);
    server.change().password("ana");
    await().until(() -> told.contains(new AccountEvent.PasswordChanged("ana")));
    assertThat(fresh.get()).isZero();
    assertThat(control.setIdleTimeout(after, 5)).isEqualTo(new Result.Done());
  }

  @Test
  void fullHashingPoolMakesAnAdministratorWaitAndRefusesNobody(@TempDir Path costly)
      throws Exception {
    server.close();
    server = new ManagedServer(costly); // whose hashes take some time
    control = server.control();
    List<CompletableFuture<Verdict>> crowd = new ArrayList<>();
    boolean full = false;
    for (int i = 0; !full; i++) {
      CompletableFuture<Verdict> login =
          server.accounts.verify(octets("nobody-" + i), octets("x")).toCompletableFuture();
      full = login.getNow(null) instanceof Verdict.Busy;
      crowd.add(login);
    }
    assertThat(login(Door.FEED, "admin", PASSWORD)).as("no place at first").isNotNull();
    for (CompletableFuture<Verdict> login : crowd) {
      login.get(60, TimeUnit.SECONDS);
    }
  }

  @Test
  void credentialsThatAreNotAsciiAreRefusedAtFeedThoughTheyAreRight() throws Exception {
    String odd = "p\u00e4ssword";
    server.change().password("eva", odd);
    assertThat(login(Door.FEED, "eva", odd)).isNull();
    assertThat(login(Door.MASS, "eva", odd)).isNotNull();
    assertThat(login(Door.FEED, "eva", odd)).as("the password is remembered").isNull();
  }

  @Test
  void tokenThatWasChangedIsWrongAtOnce() {
    BottlerToken old = server.token;
    server.token = BottlerToken.ofHex("00112233445566ff");
    assertThat(control.holderOf(old, Door.BOTTLER, CLIENT)).isNull();
    assertThat(control.holderOf(server.token, Door.BOTTLER, CLIENT)).isNotNull();
  }
}
