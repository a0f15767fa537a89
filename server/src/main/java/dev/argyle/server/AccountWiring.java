package dev.argyle.server;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AccountEvent;
import dev.argyle.server.admission.Admission;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.history.Archive;
import java.time.ZoneId;

/** Joins the accounts with what counts their usage; once, before anybody logs in. */
final class AccountWiring {

  private AccountWiring() {}

  static void join(
      AccountBook accounts, Configuration config, Admission admission, Archive archive) {
    ZoneId zone = config.accounts().zone();
    accounts.onEvent(event -> tell(archive, event));
    admission.accounts().countedBy(accounts.usages()::find, zone);
    accounts.usages().addresses(config.history().addresses());
    accounts.usages().start(zone, admission.accounts()::periodOfUsage, archive::collectUsage);
    accounts.byAddress().read(); // their usage is counted from here on
  }

  /** Usage stays with its person. */
  private static void tell(Archive archive, AccountEvent event) {
    switch (event) {
      case AccountEvent.Removed(String name) -> archive.persons().removed(name);
      case AccountEvent.Renamed(String name, String newName) ->
          archive.persons().renamed(name, newName);
      case AccountEvent.Many() -> archive.persons().lookAtAll();
      case AccountEvent.Disabled _,
          AccountEvent.PasswordChanged _,
          AccountEvent.FlagsChanged _,
          AccountEvent.AttributesChanged _,
          AccountEvent.UsageReset _ -> {}
    }
  }
}
