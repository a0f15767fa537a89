package dev.argyle.server.account;

import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Users whom a service or a directory vouches for. */
@Tag("unit")
class OutsideAccountsTest {

  private static final Duration HOUR = Duration.ofHours(1);

  @TempDir Path data;
  private AccountBook book;

  @BeforeEach
  void open() throws Exception {
    book = Book.open(data);
  }

  @AfterEach
  void close() {
    book.close();
  }

  private byte[] digest(String user, String password) {
    return book.outside().digest(octets(user), octets(password), new byte[] {127, 0, 0, 1});
  }

  private ExternalLogin login(String user, Map<String, @Nullable String> attributes) {
    return book.outside().login(name(user), attributes, digest(user, "secret"), HOUR);
  }

  private @Nullable User remembered(String user) {
    return book.outside().remembered(digest(user, "secret"));
  }

  @Test
  void whoHasAPasswordHereIsKnown() {
    assertThat(book.outside().hasOwnPassword(name("ana"))).isFalse();
    login("ana", Map.of());
    assertThat(book.outside().hasOwnPassword(name("ana"))).isFalse();
    book.add(name("ben"), octets("secret"), false);
    book.setEnabled(name("ben"), false);
    assertThat(book.outside().hasOwnPassword(name("ben"))).isTrue();
    book.addTemporary(name("eva"), octets("secret"));
    assertThat(book.outside().hasOwnPassword(name("eva"))).isTrue();
  }

  private Account ana() {
    return requireNonNull(book.find(name("ana")));
  }

  @Test
  void planAndAttributesAreWrittenAndTheOthersStay() {
    login("ana", Map.of());
    book.setAttributes(name("ana"), Map.of("note", "vip", "connections", "3"));
    login("ana", Map.of("plan", "gold", "connections", "5"));
    assertThat(ana().own().texts())
        .isEqualTo(Map.of("plan", "gold", "connections", "5", "note", "vip"));
    Map<String, @Nullable String> none = new HashMap<>();
    none.put("plan", null);
    login("ana", none);
    assertThat(ana().own().texts()).isEqualTo(Map.of("connections", "5", "note", "vip"));
  }

  @Test
  void whatIsSaidAgainChangesNothing() {
    login("ana", Map.of("plan", "gold"));
    long changed = ana().changedMillis();
    login("ana", Map.of("plan", "gold"));
    assertThat(ana().changedMillis()).isEqualTo(changed);
  }

  @Test
  void whoWasLetInIsRememberedByPasswordAndAddress() {
    login("ana", Map.of("plan", "gold"));
    User known = remembered("ana");
    assertThat(requireNonNull(known).own().plan()).isEqualTo("gold");
    assertThat(book.outside().remembered(digest("ana", "other"))).isNull();
    assertThat(
            book.outside()
                .remembered(
                    book.outside()
                        .digest(octets("ana"), octets("secret"), new byte[] {127, 0, 0, 2})))
        .isNull();
  }

  @Test
  void aNamesEndIsNoPartOfThePassword() {
    byte[] one = digest("ab", "c");
    assertThat(one).isNotEqualTo(digest("a", "bc"));
  }

  @Test
  void everyChangeOfTheAccountForgetsIt() {
    Map<String, Runnable> changes =
        Map.of(
            "disabled", () -> book.setEnabled(name("disabled"), false),
            "removed", () -> book.remove(name("removed")),
            "renamed", () -> book.rename(name("renamed"), name("other")),
            "limited", () -> book.setAttributes(name("limited"), Map.of("connections", "1")),
            "password", () -> book.changePassword(name("password"), octets("own")));
    changes.forEach(
        (user, change) -> {
          login(user, Map.of());
          assertThat(remembered(user)).as(user).isNotNull();
          change.run();
          assertThat(remembered(user)).as(user).isNull();
        });
  }

  @Test
  void aDisabledAccountIsNotLetInWhateverOthersSay() {
    login("ana", Map.of());
    book.setEnabled(name("ana"), false);
    assertThat(login("ana", Map.of("plan", "gold"))).isEqualTo(new ExternalLogin.Disabled());
    assertThat(remembered("ana")).isNull();
    assertThat(ana().own().texts()).isEmpty();
  }

  @Test
  void whatIsNotToBeRememberedIsNot() {
    book.outside().login(name("ana"), Map.of(), digest("ana", "secret"), Duration.ZERO);
    assertThat(remembered("ana")).isNull();
  }
}
