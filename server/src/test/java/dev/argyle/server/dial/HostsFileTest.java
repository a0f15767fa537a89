package dev.argyle.server.dial;

import static dev.argyle.server.dial.Literals.ip;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HostsFileTest {

  @Test
  void everyNameOfALineHasItsAddress() {
    HostsFile hosts =
        HostsFile.parse(
            List.of("# a comment", "", "  192.0.2.1\tWeb.Example.  www # www2", "junk"));
    assertThat(hosts.find("web.example")).containsExactly(ip("192.0.2.1"));
    assertThat(hosts.find("www")).containsExactly(ip("192.0.2.1"));
    assertThat(hosts.find("www2")).isEmpty();
    assertThat(hosts.find("junk")).isEmpty();
  }

  @Test
  void severalLinesOfANameAddUp() {
    HostsFile hosts = HostsFile.parse(List.of("192.0.2.1 a", "2001:db8::1 a", "192.0.2.1 a"));
    assertThat(hosts.find("a")).containsExactly(ip("192.0.2.1"), ip("2001:db8::1"));
  }

  @Test
  void aNameHasABoundedNumberOfAddresses() {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      lines.add("192.0.2." + i + " a");
    }
    assertThat(HostsFile.parse(lines).find("a")).hasSize(AddressPlan.MAX_ADDRESSES);
  }

  @Test
  void localhostIsBothLoopbacksWhereTheFileDoesNotSay() {
    HostsFile hosts = HostsFile.parse(List.of());
    assertThat(hosts.find("localhost")).containsExactly(ip("::1"), ip("127.0.0.1"));
    assertThat(hosts.find("a.b.localhost")).containsExactly(ip("::1"), ip("127.0.0.1"));
    assertThat(hosts.find("notlocalhost")).isEmpty();
  }

  @Test
  void localhostIsWhatTheFileSays() {
    HostsFile hosts = HostsFile.parse(List.of("127.0.0.1 localhost", "127.0.0.2 two.localhost"));
    assertThat(hosts.find("localhost")).containsExactly(ip("127.0.0.1"));
    assertThat(hosts.find("one.localhost")).containsExactly(ip("127.0.0.1"));
    assertThat(hosts.find("two.localhost")).containsExactly(ip("127.0.0.2"));
  }

  @Test
  void localhostIsLoopbackEvenWhereTheFileSaysOtherwise() {
    HostsFile hosts = HostsFile.parse(List.of("192.0.2.1 localhost a.localhost"));
    assertThat(hosts.find("localhost")).containsExactly(ip("::1"), ip("127.0.0.1"));
    assertThat(hosts.find("a.localhost")).containsExactly(ip("::1"), ip("127.0.0.1"));
  }

  @Test
  void resolverFileGivesAtMostThreeServers() {
    List<String> lines =
        List.of(
            "search example.org",
            "nameserver 192.0.2.1",
            "options timeout:1",
            "nameserver 2001:db8::53",
            "nameserver not-an-address",
            "#nameserver 192.0.2.9",
            "nameserver 192.0.2.2",
            "nameserver 192.0.2.3");
    assertThat(ResolverFile.parse(lines).toString())
        .isEqualTo("[/192.0.2.1:53, /[2001:db8:0:0:0:0:0:53]:53, /192.0.2.2:53]");
  }

  @Test
  void allZerosAreThisHostWhichAnswersFromTheAddressThatItIsAskedAt() {
    assertThat(ResolverFile.parse(List.of("nameserver 0.0.0.0", "nameserver ::")))
        .extracting(server -> server.getAddress().getHostAddress())
        .containsExactly("127.0.0.1", "0:0:0:0:0:0:0:1");
  }

  @Test
  void withoutServersItIsTheLocalMachine() {
    assertThat(ResolverFile.parse(List.of("nameserver")))
        .singleElement()
        .satisfies(server -> assertThat(server.getAddress()).isEqualTo(ip("127.0.0.1")));
  }
}
