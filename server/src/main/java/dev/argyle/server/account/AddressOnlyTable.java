package dev.argyle.server.account;

import dev.argyle.server.config.Network;
import dev.argyle.server.config.OwnAttributes;
import dev.argyle.wire.UserName;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The accounts whose clients need no password, in the database. As {@link AccountStore}. */
final class AddressOnlyTable {

  private static final String ALL =
      "SELECT "
          + AccountRow.COLUMNS
          + " WHERE instr(attributes, 'from-mode=address-only') > 0 ORDER BY name";

  private final Sql sql;

  AddressOnlyTable(Sql sql) {
    this.sql = sql;
  }

  /** In the order of their names; those that are disabled as well. */
  List<AccountRow> all() {
    return sql.list(AccountRow::read, ALL).stream()
        .filter(row -> row.account().own().isAddressOnly())
        .toList();
  }

  /** Why an account cannot have these, since another one has the same network; null: it can. */
  @Nullable Outcome taken(UserName name, OwnAttributes own) {
    if (!own.isAddressOnly()) {
      return null;
    }
    for (AccountRow other : all()) {
      for (Network network : other.account().own().ownNetworks()) {
        if (!other.account().name().equals(name) && own.ownNetworks().contains(network)) {
          return new Outcome.Invalid(
              "from: "
                  + network
                  + " is that of "
                  + other.account().name().escaped()
                  + ", whose from-mode is address-only too: a client from there can be one account"
                  + " only; a network within it would go before it");
        }
      }
    }
    return null;
  }
}
