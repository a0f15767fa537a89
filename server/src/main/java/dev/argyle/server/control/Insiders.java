package dev.argyle.server.control;

import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.server.account.AccountStoreException;
import dev.argyle.wire.UserName;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The administrators who are in at the doors. Who was removed, disabled or renamed, is no
 * administrator any more or has another password is told to leave. Safe for any thread; bounded by
 * the doors' connections.
 */
final class Insiders {

  /** One connection's. By identity: an administrator may be in more than once. */
  private static final class Seat {
    final UserName name;
    final Runnable end;

    Seat(UserName name, Runnable end) {
      this.name = name;
      this.end = end;
    }
  }

  private final AccountBook accounts;
  private final Set<Seat> seats = ConcurrentHashMap.newKeySet();

  Insiders(AccountBook accounts) {
    this.accounts = accounts;
    accounts.onEvent(this::changed);
  }

  /**
   * Somebody has logged in.
   *
   * @param name escaped
   * @param end called on any thread, and maybe more than once; must not block
   * @return for when they leave
   */
  Runnable enters(String name, Runnable end) {
    Seat seat = new Seat(UserName.ofEscaped(name.getBytes(StandardCharsets.UTF_8)), end);
    seats.add(seat);
    // The account may have changed between its password's verification and this seat.
    Thread.ofVirtual().name("insider").start(() -> look(seat));
    return () -> seats.remove(seat);
  }

  private void changed(AccountEvent change) {
    switch (change) {
      case AccountEvent.Removed(String name) -> end(name);
      case AccountEvent.Disabled(String name) -> end(name);
      case AccountEvent.Renamed(String name, String _) -> end(name);
      case AccountEvent.PasswordChanged(String name) -> end(name);
      case AccountEvent.FlagsChanged _, AccountEvent.Many _ -> seats.forEach(this::look);
    }
  }

  private void end(String name) {
    for (Seat seat : seats) {
      if (seat.name.text().equals(name)) {
        seat.end.run();
      }
    }
  }

  private void look(Seat seat) {
    try {
      Account account = accounts.find(seat.name);
      if (account == null || !account.admin() || !account.enabled()) {
        seat.end.run();
      }
    } catch (AccountStoreException unreadable) {
      seat.end.run(); // who cannot be looked up can do nothing either
    }
  }
}
