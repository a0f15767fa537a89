package dev.argyle.server.account;

import dev.argyle.server.config.FromMode;
import dev.argyle.server.config.Network;
import java.net.InetAddress;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The accounts whose clients are known by their addresses ({@link FromMode#ADDRESS_ONLY}). They are
 * all in memory, and read again when an account changes; few have them. Safe for any thread.
 */
public final class AddressAccounts {

  /**
   * The accounts by network.
   *
   * @param prefixes the lengths that there are, by the octets of an address; the longest first
   */
  private record Index(Map<Network, User> users, Map<Integer, List<Integer>> prefixes) {}

  private static final Index EMPTY = new Index(Map.of(), Map.of());

  private final AddressOnlyTable table;
  private final Consumer<AccountRow> onRead;
  private volatile Index index = EMPTY;

  /**
   * @param onRead is given each account that clients may be
   */
  AddressAccounts(AddressOnlyTable table, Consumer<AccountRow> onRead) {
    this.table = table;
    this.onRead = onRead;
    read();
  }

  /** Who comes from this address; null: nobody who is known by it. Never blocks. */
  public @Nullable User find(InetAddress client) {
    Index now = index;
    if (now.users.isEmpty()) {
      return null;
    }
    for (int prefix : now.prefixes.getOrDefault(client.getAddress().length, List.of())) {
      User user = now.users.get(Network.around(client, prefix));
      if (user != null) {
        return user;
      }
    }
    return null;
  }

  /** Reads them again. May block for the disk. */
  public void read() {
    Map<Network, User> users = new HashMap<>();
    for (AccountRow row : table.all()) {
      if (row.account().enabled()) {
        onRead.accept(row);
        for (Network network : row.account().own().ownNetworks()) {
          if (network.prefix() > 0) { // an import may have such ones, and equal ones
            users.putIfAbsent(network, row.account().user());
          }
        }
      }
    }
    index = users.isEmpty() ? EMPTY : new Index(users, prefixes(users));
  }

  private static Map<Integer, List<Integer>> prefixes(Map<Network, User> users) {
    return users.keySet().stream()
        .collect(
            Collectors.groupingBy(
                network -> network.address().getAddress().length,
                Collectors.collectingAndThen(
                    Collectors.mapping(
                        Network::prefix,
                        Collectors.toCollection(
                            () -> new TreeSet<Integer>(Comparator.reverseOrder()))),
                    List::copyOf)));
  }
}
