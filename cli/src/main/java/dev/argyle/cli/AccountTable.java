package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code argyle users list}: every account, for people or for scripts. */
final class AccountTable {

  private static final int PAGE = 1_000;
  private static final String FORM = "%-5s  %-7s  %-20s  %-20s  %s%n";

  /** Takes one account. */
  private interface Row {
    void print(Account account) throws IOException;
  }

  private final PrintWriter out;
  private final AccountBook book;

  AccountTable(CommandSpec spec, AccountBook book) {
    this.out = spec.commandLine().getOut();
    this.book = book;
  }

  /** Answers the exit code. */
  int print(boolean json) {
    try {
      if (json) {
        document();
      } else {
        table();
      }
    } catch (IOException never) { // the writer keeps its failures to itself, for who made it
      throw new UncheckedIOException(never);
    }
    out.flush();
    return 0;
  }

  private void table() throws IOException {
    out.printf(FORM, "ADMIN", "ENABLED", "CREATED", "LAST CONNECTION", "NAME");
    // The name comes last: so no page needs to know how long the names of the others are.
    each(
        account ->
            out.printf(
                FORM,
                account.admin() ? "yes" : account.viewer() ? "view" : "no",
                account.enabled() ? "yes" : "no",
                time(account.createdMillis()),
                account.lastConnectionMillis() == 0
                    ? "never"
                    : time(account.lastConnectionMillis()),
                account.name().escaped()));
  }

  private static String time(long millis) {
    return Instant.ofEpochMilli(millis).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void document() throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(out);
    json.writeStartObject();
    json.writeArrayFieldStart("users");
    each(
        account -> {
          json.writeStartObject();
          json.writeStringField("name", account.name().escaped());
          json.writeBooleanField("administrator", account.admin());
          json.writeBooleanField("viewer", account.viewer());
          json.writeBooleanField("enabled", account.enabled());
          json.writeStringField("created", time(account.createdMillis()));
          json.writeFieldName("lastConnection");
          if (account.lastConnectionMillis() == 0) {
            json.writeNull();
          } else {
            json.writeString(time(account.lastConnectionMillis()));
          }
          json.writeEndObject();
        });
    json.writeEndArray();
    json.writeEndObject();
    json.flush();
    out.println();
  }

  private void each(Row row) throws IOException {
    UserName after = null;
    List<Account> page;
    do {
      page = book.list(after, PAGE);
      for (Account account : page) {
        after = account.name();
        row.print(account);
      }
    } while (page.size() == PAGE);
  }
}
