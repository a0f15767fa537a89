package dev.argyle.server.account;

import static dev.argyle.server.account.Book.accepted;
import static dev.argyle.server.account.Book.login;
import static dev.argyle.server.account.Book.name;
import static dev.argyle.server.account.Book.octets;
import static dev.argyle.server.account.Book.refused;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Users of this run alone, beside accounts of the same names. */
@Tag("unit")
class TemporaryUsersTest extends AccountBookCase {

  @Test
  void temporaryUsersAreKeptInMemoryOnly() {
    book.addTemporary(name("ana"), octets("secret"));

    assertThat(book.remembered(octets("ana"), octets("secret"))).isEqualTo(accepted("ana"));
    assertThat(login(book, "ana", "secret")).isEqualTo(accepted("ana"));
    assertThat(book.remembered(octets("ana"), octets("other"))).isNull();
    assertThat(login(book, "ana", "other")).isEqualTo(refused());
    assertThat(book.admits("ana")).isTrue();
    book.close();
    book = Book.open(data);
    assertThat(login(book, "ana", "secret")).isEqualTo(refused());
  }

  @Test
  void usersOfThisRunAreListedAmongTheOthersAndCanBeRemoved() {
    book.add(name("anna"), octets("secret"), false);
    book.add(name("zoe"), octets("secret"), false);
    for (String user : List.of("ana", "ben", "zora")) {
      assertThat(book.addTemporary(name(user), octets("secret"))).isEqualTo(DONE);
    }
    book.touch("ben", 2_000);
    book.touch("ben", 1_000);

    assertThat(book.names(null, 10))
        .containsExactly(name("ana"), name("anna"), name("ben"), name("zoe"), name("zora"));
    assertThat(book.names(name("ana"), 2)).containsExactly(name("anna"), name("ben"));
    assertThat(book.list(null, 10))
        .extracting(Account::ofThisRun)
        .containsExactly(true, false, true, false, true);
    assertThat(book.count()).isEqualTo(5);
    assertThat(lastConnection("ben")).isEqualTo(2_000);
    List<AccountEvent> changes = new ArrayList<>();
    book.onEvent(changes::add);
    assertThat(book.remove(name("ben"))).isEqualTo(DONE);
    assertThat(changes).containsExactly(new AccountEvent.Removed("ben"));
    assertThat(login(book, "ben", "secret")).isEqualTo(refused());
    assertThat(book.find(name("ben"))).isNull();
    assertThat(book.remove(name("ben"))).isEqualTo(new Outcome.NoSuchUser());
  }

  @Test
  void usersOfThisRunHideNoAccountAndCannotBeChanged() {
    book.add(name("admin"), octets("x"), true);
    Outcome there = new Outcome.AlreadyThere(false);
    assertThat(book.addTemporary(name("admin"), octets("y"))).isEqualTo(there);
    assertThat(login(book, "admin", "x")).isInstanceOf(Verdict.Accepted.class);

    book.addTemporary(name("ana"), octets("secret"));
    assertThat(book.add(name("ana"), octets("secret"), false))
        .as("whoever adds an account means one that stays")
        .isEqualTo(there);
    assertThat(book.rename(name("admin"), name("ana"))).isEqualTo(there);
    Outcome ofThisRun = new Outcome.OfThisRun();
    assertThat(book.rename(name("ana"), name("eva"))).isEqualTo(ofThisRun);
    assertThat(book.changePassword(name("ana"), octets("new"))).isEqualTo(ofThisRun);
    assertThat(book.setEnabled(name("ana"), false)).isEqualTo(ofThisRun);
    assertThat(book.setAdmin(name("ana"), true)).isEqualTo(ofThisRun);
  }

  @Test
  void userOfThisRunAndAnAccountThatAnotherProcessAddsAreOneName() throws Exception {
    book.addTemporary(name("ana"), octets("secret"));
    try (AccountBook other = Book.open(data)) {
      other.add(name("ana"), octets("other"), false);
    }
    assertThat(book.names(null, 10)).containsExactly(name("ana"));
    assertThat(book.count()).isEqualTo(1);
    book.remove(name("ana"));
    assertThat(login(book, "ana", "other")).isEqualTo(accepted("ana"));
  }
}
