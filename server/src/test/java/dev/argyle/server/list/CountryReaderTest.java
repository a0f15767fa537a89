package dev.argyle.server.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.maxmind.db.Reader;
import dev.argyle.server.list.CountryFiles.Form;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases of countries, and files that are none. */
@Tag("unit")
class CountryReaderTest {

  private static final HeapShare ENOUGH = new HeapShare(1L << 30);

  @TempDir Path folder;

  private static @Nullable String country(CountryTables tables, InetAddress address) {
    ByteBuffer octets = ByteBuffer.wrap(address.getAddress());
    int country =
        address instanceof Inet4Address
            ? tables.of(32, (long) octets.getInt() << 32, 0)
            : tables.of(128, octets.getLong(), octets.getLong());
    return country == CountryCode.NONE ? null : CountryCode.text(country);
  }

  private static @Nullable String country(CountryTables tables, String address) {
    return country(tables, InetAddress.ofLiteral(address));
  }

  private CountryTables read(Form form, int bits, String... countries) throws ListFault {
    Path file = CountryFiles.write(folder.resolve("c.mmdb"), form, bits, countries);
    return CountryReader.read(file.toString(), ENOUGH);
  }

  @ParameterizedTest
  @ValueSource(ints = {24, 28, 32})
  void networksOfBothFamiliesAreReadWhateverTheSizeOfARecord(int bits) throws ListFault {
    CountryTables tables =
        read(
            Form.NESTED,
            bits,
            "192.0.2.0/24 DE",
            "192.0.2.128/25 FR",
            "203.0.113.7/32 AT",
            "2001:db8::/32 SE",
            "2001:db8:1::/48 NO",
            "2001:db8:1::7/128 FI");
    assertThat(country(tables, "192.0.1.255")).isNull();
    assertThat(country(tables, "192.0.2.0")).isEqualTo("DE");
    assertThat(country(tables, "192.0.2.127")).isEqualTo("DE");
    assertThat(country(tables, "192.0.2.128")).isEqualTo("FR");
    assertThat(country(tables, "192.0.2.255")).isEqualTo("FR");
    assertThat(country(tables, "192.0.3.0")).isNull();
    assertThat(country(tables, "203.0.113.7")).isEqualTo("AT");
    assertThat(country(tables, "10.0.0.1")).as("private addresses are nowhere").isNull();
    assertThat(country(tables, "2001:db8::1")).isEqualTo("SE");
    assertThat(country(tables, "2001:db8:1::6")).isEqualTo("NO");
    assertThat(country(tables, "2001:db8:1::7")).isEqualTo("FI");
    assertThat(country(tables, "2001:db8:1::8")).isEqualTo("NO");
    assertThat(country(tables, "2001:db9::")).isNull();
    assertThat(country(tables, "ffff::")).isNull();
    assertThat(tables.size()).as("ranges: 3 of IPv4, 5 of IPv6").isEqualTo(8);
  }

  @Test
  void neighboursOfOneCountryAreOneRangeAndTakeTenOctets() throws ListFault {
    CountryTables tables =
        read(Form.FLAT, 24, "192.0.2.0/25 DE", "192.0.2.128/25 DE", "192.0.3.0/24 DE");
    assertThat(tables.size()).isEqualTo(1);
    assertThat(tables.heapOctets()).as("and what is behind it").isEqualTo(20);
    assertThat(country(tables, "192.0.3.255")).isEqualTo("DE");
  }

  @Test
  void theLastAddressesOfBothFamiliesAreFound() throws ListFault {
    CountryTables tables =
        read(Form.NESTED, 24, "128.0.0.0/1 DE", "8000::/1 FR", "ffff:ffff::ffff/128 AT");
    assertThat(country(tables, "255.255.255.255")).isEqualTo("DE");
    assertThat(country(tables, "127.255.255.255")).isNull();
    assertThat(country(tables, "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff")).isEqualTo("FR");
    assertThat(country(tables, "ffff:ffff::ffff")).isEqualTo("AT");
    assertThat(country(tables, "ffff:ffff::1:0")).isEqualTo("FR");
  }

  /** Thousands of random addresses, near the borders of random networks. */
  @Test
  void answersAsTheFilesOwnReaderDoes() throws Exception {
    Random random = new Random(7);
    for (int round = 0; round < 20; round++) {
      List<String> networks = new ArrayList<>();
      List<byte[]> near = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        byte[] octets = new byte[random.nextBoolean() ? 4 : 16];
        random.nextBytes(octets);
        octets[0] = (byte) (octets.length == 4 ? random.nextInt(4) : 0x20);
        int prefix = 8 + random.nextInt(octets.length * 8 - 7);
        for (int bit = prefix; bit < octets.length * 8; bit++) {
          octets[bit / 8] &= (byte) ~(0x80 >> bit % 8);
        }
        near.add(octets);
        String text = InetAddress.getByAddress(octets).getHostAddress();
        networks.add(text + "/" + prefix + " " + CountryCode.text(1 + random.nextInt(676)));
      }
      Path file = CountryFiles.write(folder.resolve("r.mmdb"), networks.toArray(String[]::new));
      CountryTables tables = CountryReader.read(file.toString(), ENOUGH);
      try (Reader reader = new Reader(file.toFile(), Reader.FileMode.MEMORY)) {
        for (byte[] octets : near) {
          for (int i = 0; i < 20; i++) {
            byte[] other = octets.clone();
            other[random.nextInt(other.length)] += (byte) (random.nextInt(3) - 1);
            InetAddress address = InetAddress.getByAddress(other);
            assertThat(country(tables, address))
                .as("%s", address)
                .isEqualTo(slowly(reader, address));
          }
        }
      }
    }
  }

  private static @Nullable Object slowly(Reader reader, InetAddress address) throws Exception {
    Map<?, ?> found = reader.get(address, Map.class);
    return found != null && found.get("country") instanceof Map<?, ?> country
        ? country.get("iso_code")
        : null;
  }

  @Test
  void whatIsNoDatabaseOfCountriesIsRefusedWithWhatIsExpected() throws Exception {
    Path text = Files.writeString(folder.resolve("t.mmdb"), "<html>not found</html>");
    assertThatThrownBy(() -> CountryReader.read(text.toString(), ENOUGH))
        .isInstanceOf(ListFault.class)
        .hasMessageStartingWith(text + ": is damaged, or of another format (")
        .hasMessageEndingWith("a database of countries or cities in MaxMind's format (.mmdb)");
    Path empty = Files.writeString(folder.resolve("e.mmdb"), "");
    assertThatThrownBy(() -> CountryReader.read(empty.toString(), ENOUGH))
        .isInstanceOf(ListFault.class)
        .hasMessageContaining("e.mmdb: is empty; expected is a database of countries");
    assertThatThrownBy(() -> CountryReader.read(folder + "/none.mmdb", ENOUGH))
        .isInstanceOf(ListFault.class)
        .hasMessageContaining("none.mmdb: cannot be read: no such file");
    assertThatThrownBy(() -> CountryReader.read(folder.toString(), ENOUGH))
        .isInstanceOf(ListFault.class)
        .hasMessageContaining("is not a file");
    assertThatThrownBy(() -> read(Form.WITHOUT, 24, "192.0.2.0/24 Example"))
        .isInstanceOf(ListFault.class)
        .hasMessageContaining("has no countries: its type is \"Argyle-Test\"; expected is");
  }

  @Test
  void aFileThatIsCutOffOrChangedIsRefusedOrHarmless() throws Exception {
    Path whole =
        CountryFiles.write(
            folder.resolve("w.mmdb"), "192.0.2.0/24 DE", "2001:db8::/32 SE", "10.0.0.0/8 FR");
    byte[] octets = Files.readAllBytes(whole);
    Path other = folder.resolve("o.mmdb");
    for (int length = 0; length < octets.length; length += 7) {
      Files.write(other, Arrays.copyOf(octets, length));
      assertThatThrownBy(() -> CountryReader.read(other.toString(), ENOUGH))
          .isInstanceOf(ListFault.class);
    }
    Random random = new Random(11);
    for (int i = 0; i < 500; i++) {
      byte[] changed = octets.clone();
      changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      Files.write(other, changed);
      try {
        CountryReader.read(other.toString(), ENOUGH);
      } catch (ListFault refused) {
        assertThat(refused).hasMessageContaining("o.mmdb: ");
      }
    }
  }
}
