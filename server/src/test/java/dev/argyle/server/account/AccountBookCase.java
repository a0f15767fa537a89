package dev.argyle.server.account;

import static dev.argyle.server.account.Book.name;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.config.Accounts;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of the accounts share: a book in a folder of its own. */
abstract class AccountBookCase {

  static final Outcome DONE = new Outcome.Done();

  @TempDir Path data;
  AccountBook book;

  @BeforeEach
  void open() {
    book = Book.open(data);
  }

  @AfterEach
  void close() {
    book.close();
  }

  static void assertProblem(Path directory, String words) {
    assertThatThrownBy(() -> AccountBook.open(directory, new Accounts(null, 10)).close())
        .isInstanceOf(DataProblem.class)
        .hasMessageContaining(words)
        .hasMessageContaining(directory.resolve("accounts.db").toString());
  }

  static Connection raw(Path directory) throws Exception {
    return DriverManager.getConnection("jdbc:sqlite:" + directory.resolve("accounts.db"));
  }

  long lastConnection(String user) {
    Account account = book.find(name(user));
    return account == null ? -1 : account.lastConnectionMillis();
  }

  List<String> exported() {
    List<String> lines = new ArrayList<>();
    book.export(line -> lines.add(line.replaceFirst(":created=.*", "")));
    return lines;
  }
}
