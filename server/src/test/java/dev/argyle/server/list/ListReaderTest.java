package dev.argyle.server.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.config.NameList;
import dev.argyle.server.config.NameList.Format;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
class ListReaderTest {

  private static final HeapShare ENOUGH = new HeapShare(1L << 30);

  @TempDir Path folder;

  private Contents read(Format format, String text) throws Exception {
    return read(format, text.getBytes(StandardCharsets.UTF_8));
  }

  private Contents read(Format format, byte[] octets) throws IOException, ListFault {
    Path file = folder.resolve("list.txt");
    Files.write(file, octets);
    return ListReader.read(
        new NameList(file.toString(), format, NameList.Refresh.ON_CHANGE), ENOUGH);
  }

  /** A list that had grown to millions of names filled the heap as it was read again. */
  @ParameterizedTest
  @CsvSource({"DOMAINS, n%d.example", "HOSTS, :: n%d.example", "NETWORKS, 10.%d.0.0/24"})
  void aListTakesNoMoreOfTheHeapThanItsShare(Format format, String line) throws Exception {
    String text =
        IntStream.range(0, 250).mapToObj(line::formatted).collect(Collectors.joining("\n"));
    long needs = read(format, text).heapOctets();
    NameList list = list(folder.resolve("list.txt"), format);
    assertThat(ListReader.read(list, new HeapShare(needs)).heapOctets()).isEqualTo(needs);
    assertThatThrownBy(() -> ListReader.read(list, new HeapShare(needs - 1)))
        .hasMessageContaining("list.txt: needs more than the " + (needs - 1 >> 10) + " KiB")
        .hasMessageContaining("ARGYLE_JAVA_OPTS");
  }

  @Test
  void aDomainStandsForItselfAndForWhatIsBelow() throws Exception {
    NameTable names = read(Format.DOMAINS, "ads.example\n*.track.example\n").names();
    assertThat(names.has("ads.example")).isTrue();
    assertThat(names.has("a.b.ads.example")).isTrue();
    assertThat(names.has("notads.example")).isFalse();
    assertThat(names.has("example")).isFalse();
    assertThat(names.has("x.track.example")).isTrue();
    assertThat(names.has("track.example")).isFalse();
  }

  @Test
  void aNameOfHostsStandsForItselfAlone() throws Exception {
    Contents hosts = read(Format.HOSTS, "0.0.0.0 ads.example b.example\n:: c.example # why\n");
    assertThat(hosts.size()).isEqualTo(3);
    assertThat(hosts.names().has("ads.example")).isTrue();
    assertThat(hosts.names().has("c.example")).isTrue();
    assertThat(hosts.names().has("x.ads.example")).isFalse();
  }

  @Test
  void whatBlockListsSayOfTheHostItselfIsLeftOut() throws Exception {
    String text =
        """
        127.0.0.1 localhost
        127.0.0.1 localhost.localdomain
        255.255.255.255 broadcasthost
        ::1 ip6-localhost ip6-loopback
        fe80::1%lo0 localhost
        0.0.0.0 0.0.0.0
        0.0.0.0 ads.example
        """;
    Contents hosts = read(Format.HOSTS, text);
    assertThat(hosts.size()).isEqualTo(1);
  }

  @Test
  void commentsBlankLinesCarriageReturnsAndAMarkOfTheEncodingMeanNothing() throws Exception {
    String text = "\ufeff# a list\r\n\r\n  ads.example  # bad\r\n#\nlast.example";
    NameTable names = read(Format.DOMAINS, text).names();
    assertThat(names.size()).isEqualTo(2);
    assertThat(names.has("ads.example")).isTrue();
    assertThat(names.has("last.example")).isTrue();
    Contents networks = read(Format.NETWORKS, "; DROP\n192.0.2.0/24 ; SBL1\n2001:db8::/32 # x\n");
    assertThat(networks.size()).isEqualTo(2);
  }

  @Test
  void namesAreComparedAsRulesCompareThem() throws Exception {
    NameTable names = read(Format.DOMAINS, "ADS.Example.\nb\u00fccher.example\n").names();
    assertThat(names.has("ads.example")).isTrue();
    assertThat(names.has("xn--bcher-kva.example")).isTrue();
    assertThat(names.has("b\u00fccher.example")).isFalse(); // a client that sends this is not heard
  }

  @Test
  void networksOfBothFamiliesAreHeld() throws Exception {
    Contents networks = read(Format.NETWORKS, "192.0.2.0/24\n192.0.2.7\n2001:db8::/32\n");
    assertThat(networks.size()).isEqualTo(2); // one is within another
    assertThat(networks.holds(32, 0xc0000207L << 32, 0)).isTrue();
    assertThat(networks.holds(32, 0xc0000300L << 32, 0)).isFalse();
    assertThat(networks.holds(128, 0x20010db8_00000000L, 1)).isTrue();
    assertThat(networks.holds(128, 0xc0000207L << 32, 0)).isFalse();
  }

  @Test
  void aListWithNothingButACommentIsEmpty() throws Exception {
    assertThat(read(Format.DOMAINS, "# nobody yet\n").size()).isZero();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          DOMAINS  | ok.example,<html>     | 2: "<html>" is not a host name; a line of the format domains is one name, as ads.example or *.ads.example
          DOMAINS  | a..example            | 1: "a..example" is not a host name
          DOMAINS  | 192.0.2.1             | 1: "192.0.2.1" is not a host name
          DOMAINS  | .example              | 1: ".example" is not a host name
          DOMAINS  | a b                   | 1: "a b" is not a host name
          HOSTS    | 0.0.0.0 a.b,ads.example | 2: "ads.example" does not begin with an address; a line of the format hosts is
          HOSTS    | 0.0.0.0               | 1: "0.0.0.0" has no name; a line of the format hosts
          HOSTS    | 0.0.0.0 a..b          | 1: "a..b" is not a host name
          NETWORKS | #,#,10.0.0.0/33       | 3: "10.0.0.0/33" is not a network; an IPv4 prefix is 0 to 32
          NETWORKS | 10.0.0.1/8            | 1: "10.0.0.1/8" has bits behind its prefix; the network is 10.0.0.0/8
          NETWORKS | ads.example           | 1: "ads.example" is not a network
          """)
  void aLineOfAnotherKindIsNamedWithItsPlaceAndWhatIsExpected(
      Format format, String lines, String message) {
    assertThatThrownBy(() -> read(format, lines.replace(',', '\n')))
        .isInstanceOf(ListFault.class)
        .hasMessageStartingWith(folder.resolve("list.txt") + ":" + message);
  }

  @Test
  void whatIsNoFileOfLinesIsRefused() throws Exception {
    assertThatThrownBy(() -> read(Format.DOMAINS, "a".repeat(4097)))
        .hasMessageContaining("list.txt:1: has more than 4096 bytes");
    assertThat(read(Format.DOMAINS, "#".repeat(4096)).size()).isZero();
    assertThatThrownBy(() -> read(Format.DOMAINS, new byte[] {'a', '\n', (byte) 0xff, '\n'}))
        .hasMessageContaining("list.txt:2: is not UTF-8");
    assertThatThrownBy(() -> read(Format.DOMAINS, "")).hasMessageContaining("list.txt: is empty");
    assertThatThrownBy(() -> ListReader.read(list(folder), ENOUGH))
        .hasMessageContaining("is not a file");
    assertThatThrownBy(() -> ListReader.read(list(folder.resolve("none")), ENOUGH))
        .hasMessageContaining("none: cannot be read: no such file or directory");
  }

  private static NameList list(Path file) {
    return list(file, Format.DOMAINS);
  }

  private static NameList list(Path file, Format format) {
    return new NameList(file.toString(), format, NameList.Refresh.ON_CHANGE);
  }

  /** The bound that docs/rules.md states. */
  @Test
  void manyNamesTakeTheirLengthAndFourteenOctetsEachAndNetworksSeventeen() throws Exception {
    int many = 20_000;
    StringBuilder names = new StringBuilder();
    IntStream.range(0, many).forEach(i -> names.append("ads-").append(i).append(".example\n"));
    Contents read = read(Format.DOMAINS, names.toString());
    assertThat(read.size()).isEqualTo(many);
    assertThat(read.heapOctets()).isLessThanOrEqualTo(names.length() + 13L * many);
    StringBuilder networks = new StringBuilder();
    IntStream.range(0, many)
        .forEach(
            i ->
                networks
                    .append("10.")
                    .append(i >> 8)
                    .append('.')
                    .append(i & 255)
                    .append(".0/25\n"));
    Contents held = read(Format.NETWORKS, networks.toString());
    assertThat(held.size()).isEqualTo(many);
    assertThat(held.ipv4().heapOctets()).isEqualTo(17L * many);
  }
}
