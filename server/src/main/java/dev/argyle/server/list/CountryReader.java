package dev.argyle.server.list;

import com.maxmind.db.CHMCache;
import com.maxmind.db.DatabaseRecord;
import com.maxmind.db.InvalidDatabaseException;
import com.maxmind.db.InvalidNetworkException;
import com.maxmind.db.Networks;
import com.maxmind.db.Reader;
import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads a database of countries in MaxMind's format, network by network, into {@link CountryTables}
 * (decision 0112). So the whole file is known to be right before it is used, and a look-up decodes
 * nothing. For one thread, and one file.
 */
final class CountryReader {

  /** Of one file. Fixed: twice what a database of cities has. */
  static final int MAX_NETWORKS = 10_000_000;

  private static final String EXPECTED =
      "expected is a database of countries or cities in MaxMind's format (.mmdb)";

  private final ListFile file;
  private final HeapShare share;
  private final CountryTable.Builder ipv4 = new CountryTable.Builder();
  private final CountryTable.Builder ipv6 = new CountryTable.Builder();

  private CountryReader(String file, HeapShare share) {
    this.file = new ListFile(file);
    this.share = share;
  }

  /** Reads a whole file. Blocks. */
  static CountryTables read(String file, HeapShare share) throws ListFault {
    CountryReader reader = new CountryReader(file, share);
    try {
      ListFile.Bound bound = new ListFile.Bound(share.fileOctets(), "it " + share.exceeded());
      return reader.read(reader.file.path(bound, EXPECTED));
    } catch (InvalidDatabaseException
        | InvalidNetworkException
        | RuntimeException
        | StackOverflowError wrong) {
      String why = "is damaged, or of another format (" + wrong.getMessage() + ")";
      throw reader.file.fault(why + "; " + EXPECTED);
    } catch (IOException failed) {
      throw reader.file.unreadable(failed);
    }
  }

  @SuppressWarnings("rawtypes") // what the library takes a class of
  private CountryTables read(Path path) throws IOException, InvalidNetworkException, ListFault {
    try (Reader database = new Reader(path.toFile(), Reader.FileMode.MEMORY, new CHMCache())) {
      Networks<Map> networks = database.networks(Map.class);
      int count = 0;
      while (networks.hasNext()) {
        take(networks.next());
        if (++count > MAX_NETWORKS) {
          throw file.fault("has more than " + MAX_NETWORKS + " networks");
        }
      }
      CountryTables tables = new CountryTables(ipv4.build(), ipv6.build());
      if (tables.size() == 0) {
        String type = database.getMetadata().databaseType();
        throw file.fault("has no countries: its type is " + Names.shown(type) + "; " + EXPECTED);
      }
      return tables;
    }
  }

  private void take(DatabaseRecord<?> found) throws ListFault {
    int country = country(found.data());
    InetAddress address = found.network().networkAddress();
    int prefix = found.network().prefixLength();
    ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
    boolean added;
    if (address instanceof Inet4Address) { // below 0: an IPv6 network has all of IPv4
      added = ipv4.add((long) octets.getInt() << 32, 0, Math.max(0, prefix), country);
    } else {
      added = ipv6.add(octets.getLong(), octets.getLong(), prefix, country);
    }
    if (!added) {
      throw file.fault(
          "has networks that overlap, at " + Addresses.text(address) + "; " + EXPECTED);
    }
    if (ipv4.size() + ipv6.size() > ListReader.MAX_ENTRIES) {
      throw file.fault("has more than " + ListReader.MAX_ENTRIES + " ranges of addresses");
    }
    if (ipv4.heapOctets() + ipv6.heapOctets() > share.octets()) {
      throw file.fault(share.exceeded());
    }
  }

  /** As most databases have it, {@code country: { iso_code: DE }}; or {@code country_code: DE}. */
  private static int country(@Nullable Object data) {
    Object code = null;
    if (data instanceof Map<?, ?> found) {
      code =
          found.get("country") instanceof Map<?, ?> country
              ? country.get("iso_code")
              : found.get("country_code");
    }
    return code instanceof String text ? CountryCode.number(text) : CountryCode.NONE;
  }
}
