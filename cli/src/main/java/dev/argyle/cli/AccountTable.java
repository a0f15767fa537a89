package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.account.Account;
import dev.argyle.server.account.AccountBook;
import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Model.CommandSpec;

/** {@code argyle users list}: every account, for people or for scripts. */
final class AccountTable {

  private static final int PAGE = 1_000;
  private static final String FORM = "%-5s  %-7s  %-20s  %-20s  %s%n";
  private static final String USAGE_FORM = "%10s  %10s  %11s  %10s  %11s  %-20s  %-20s  %s%n";

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

  /**
   * Prints every account, and answers the exit code.
   *
   * @param usage in a table, what they have used in place of what they are; a document has both
   */
  int print(boolean json, boolean usage) {
    try {
      if (json) {
        document();
      } else if (usage) {
        usageTable();
      } else {
        table();
      }
    } catch (IOException never) { // the writer keeps its failures to itself, for who made it
      throw new UncheckedIOException(never);
    }
    out.flush();
    return 0;
  }

  /** One account, with its plan and its own limits. */
  void print(Account account, boolean json) {
    try {
      if (json) {
        JsonGenerator document = new JsonFactory().createGenerator(out);
        document.writeStartObject();
        write(account, document);
        document.writeEndObject();
        document.flush();
        out.println();
      } else {
        facts(account);
      }
    } catch (IOException never) { // as above
      throw new UncheckedIOException(never);
    }
    out.flush();
  }

  private void facts(Account account) {
    fact("name", account.name().escaped());
    fact("enabled", account.enabled() ? "yes" : "no");
    fact("administrator", account.admin() ? "yes" : "no");
    fact("viewer", account.viewer() ? "yes" : "no");
    fact("created", time(account.createdMillis()));
    fact("last connection", last(account));
    UsageRows.of(account.used()).forEach(row -> fact(row.get(0), row.get(1)));
    Assignments.rows(account.own().texts()).forEach(row -> fact(row.get(0), row.get(1)));
  }

  private void fact(String name, String value) {
    out.printf("%-16s %s%n", name, value);
  }

  private static String last(Account account) {
    return account.lastConnectionMillis() == 0 ? "never" : time(account.lastConnectionMillis());
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
                last(account),
                account.name().escaped()));
  }

  private void usageTable() throws IOException {
    out.printf(
        USAGE_FORM,
        "UP",
        "DOWN",
        "CONNECTIONS",
        "PERIOD UP",
        "PERIOD DOWN",
        "PERIOD SINCE",
        "LAST CONNECTION",
        "NAME");
    each(
        account -> {
          Used used = account.used();
          out.printf(
              USAGE_FORM,
              CtlOutput.size(used.up()),
              CtlOutput.size(used.down()),
              used.connections(),
              CtlOutput.size(used.periodUp()),
              CtlOutput.size(used.periodDown()),
              used.sinceMillis() == 0 ? "-" : time(used.sinceMillis()),
              last(account),
              account.name().escaped());
        });
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
          write(account, json);
          json.writeEndObject();
        });
    json.writeEndArray();
    json.writeEndObject();
    json.flush();
    out.println();
  }

  private static void write(Account account, JsonGenerator json) throws IOException {
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
    UsageRows.write(account.used(), json);
    json.writeStringField("plan", account.own().plan());
    json.writeObjectFieldStart("limits");
    for (Map.Entry<String, String> limit : account.own().values().texts().entrySet()) {
      json.writeStringField(limit.getKey(), limit.getValue());
    }
    json.writeEndObject();
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
