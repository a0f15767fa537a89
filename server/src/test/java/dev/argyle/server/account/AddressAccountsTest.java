package dev.argyle.server.account;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Accounts that are known by their clients' addresses. */
@Tag("fault")
class AddressAccountsTest {

  @TempDir Path data;

  private static void add(AccountBook book, String name, String from) {
    assertThat(book.add(UserName.of(name), Book.octets("secret"), false))
        .isEqualTo(new Outcome.Done());
    assertThat(set(book, name, "from", from, "from-mode", "address-only"))
        .isEqualTo(new Outcome.Done());
  }

  private static Outcome set(AccountBook book, String name, String... pairs) {
    Map<String, @Nullable String> changes = new TreeMap<>();
    for (int i = 0; i < pairs.length; i += 2) {
      changes.put(pairs[i], pairs[i + 1].isEmpty() ? null : pairs[i + 1]);
    }
    return book.setAttributes(UserName.of(name), changes);
  }

  private static @Nullable String of(AccountBook book, String address) {
    User user = book.byAddress().find(InetAddress.ofLiteral(address));
    return user == null ? null : user.name();
  }

  @Test
  void theMostSpecificNetworkSaysWhoItIs() {
    try (AccountBook book = Book.open(data)) {
      add(book, "all", "10.0.0.0/8, 2001:db8::/32");
      add(book, "one", "10.1.2.3");
      add(book, "office", "10.1.0.0/16, 2001:db8:0:1::/64");
      assertThat(of(book, "10.1.2.3")).isEqualTo("one");
      assertThat(of(book, "10.1.2.4")).isEqualTo("office");
      assertThat(of(book, "10.2.2.3")).isEqualTo("all");
      assertThat(of(book, "11.2.2.3")).isNull();
      assertThat(of(book, "2001:db8:0:1::7")).isEqualTo("office");
      assertThat(of(book, "2001:db8:0:2::7")).isEqualTo("all");
      assertThat(of(book, "2001:db9::7")).isNull();
    }
    try (AccountBook again = Book.open(data)) {
      assertThat(of(again, "10.1.2.3")).isEqualTo("one");
      again.usages().start(ZoneOffset.UTC, own -> own.values().periodOfUsage(), () -> {});
      again.byAddress().read();
      assertThat(again.usages().find("one")).as("its usage is counted").isNotNull();
    }
  }

  @Test
  void anEqualNetworkOfAnotherAccountIsRefusedAndNothingChanges() {
    try (AccountBook book = Book.open(data)) {
      add(book, "ana", "10.0.0.0/8, 192.0.2.0/24");
      book.add(UserName.of("ben"), Book.octets("secret"), false);
      assertThat(set(book, "ben", "from", "192.0.2.0/24", "from-mode", "address-only"))
          .isInstanceOfSatisfying(
              Outcome.Invalid.class,
              invalid ->
                  assertThat(invalid.reason()).contains("192.0.2.0/24 is that of ana, whose"));
      assertThat(requireNonNull(book.find(UserName.of("ben"))).own().isNone()).isTrue();
      assertThat(set(book, "ben", "from", "192.0.2.0/24")).isEqualTo(new Outcome.Done());
      assertThat(set(book, "ana", "from", "192.0.2.0/24")).isEqualTo(new Outcome.Done());
      assertThat(of(book, "192.0.2.7")).isEqualTo("ana");
    }
  }

  @Test
  void whoeverChangesTheAccountItHoldsAtOnce() {
    try (AccountBook book = Book.open(data);
        AccountBook other = Book.open(data)) {
      add(other, "ana", "192.0.2.0/24");
      await().until(() -> "ana".equals(of(book, "192.0.2.7")));
      book.setEnabled(UserName.of("ana"), false);
      assertThat(of(book, "192.0.2.7")).isNull();
      book.setEnabled(UserName.of("ana"), true);
      assertThat(of(book, "192.0.2.7")).isEqualTo("ana");
      book.rename(UserName.of("ana"), UserName.of("eva"));
      assertThat(of(book, "192.0.2.7")).isEqualTo("eva");
      set(book, "eva", "from-mode", "");
      assertThat(of(book, "192.0.2.7")).isNull();
      set(book, "eva", "from-mode", "address-only");
      assertThat(of(book, "192.0.2.7")).isEqualTo("eva");
      other.remove(UserName.of("eva"));
      await().until(() -> of(book, "192.0.2.7") == null);
    }
  }
}
