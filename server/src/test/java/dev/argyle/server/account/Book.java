package dev.argyle.server.account;

import dev.argyle.server.config.Accounts;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.wire.UserName;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.TimeUnit;

/** Opens real account books for tests, and says things shortly. */
final class Book {

  static final long NOW_MILLIS = 1_767_323_045_000L;

  /** bcrypt of "secret", cost 5: cheap to verify, replaced at the first login. */
  static final String CHEAP = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";

  private Book() {}

  static AccountBook open(Path data) {
    return open(data, 100_000, new Hashing(1));
  }

  static AccountBook open(Path data, int maxUsers, Hashing hashing) {
    try {
      return AccountBook.open(
          data,
          new Accounts(null, maxUsers),
          hashing,
          Clock.fixed(Instant.ofEpochMilli(NOW_MILLIS), ZoneOffset.UTC));
    } catch (DataProblem problem) {
      throw new AssertionError(problem);
    }
  }

  static byte[] octets(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  static UserName name(String text) {
    return UserName.of(text);
  }

  /** An account as it is when it has just been added. */
  static Account untouched(String name) {
    return new Account(
        name(name),
        false,
        true,
        NOW_MILLIS,
        NOW_MILLIS,
        0,
        false,
        false,
        OwnAttributes.NONE,
        Used.NOTHING);
  }

  static Verdict login(AccountBook book, String name, String password) {
    try {
      return book.verify(octets(name), octets(password))
          .toCompletableFuture()
          .get(60, TimeUnit.SECONDS);
    } catch (Exception failed) {
      throw new AssertionError(failed);
    }
  }

  static Verdict accepted(String name) {
    return accepted(name, 0);
  }

  /** Of an account that was changed so often since it was made. */
  static Verdict accepted(String name, int changes) {
    return new Verdict.Accepted(new User(name, false, NOW_MILLIS + changes));
  }

  static Verdict refused() {
    return new Verdict.Refused();
  }
}
