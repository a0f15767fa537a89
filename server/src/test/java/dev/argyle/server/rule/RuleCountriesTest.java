package dev.argyle.server.rule;

import static dev.argyle.server.rule.Ask.STRANGER;
import static dev.argyle.server.rule.Ask.allow;
import static dev.argyle.server.rule.Ask.deny;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.config.NameList;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.list.CountryFiles;
import dev.argyle.server.list.Lists;
import dev.argyle.server.list.NamedList;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules that name countries. */
@Tag("unit")
class RuleCountriesTest {

  private static final Map<String, NamedList> COUNTRIES =
      ListFiles.countries(
          "192.0.2.0/24 DE",
          "203.0.113.0/24 FR",
          "198.51.100.0/24 AT",
          "127.0.0.0/8 DE",
          "2001:db8::/32 DE");

  private static RuleBook book(RuleLine... lines) {
    return RuleBook.compile(List.of(lines), COUNTRIES);
  }

  @Test
  void destinationsAreComparedByTheirAddress() {
    RuleBook book = book(deny("country:DE", "country:FR"));
    assertThat(STRANGER.to("192.0.2.1", book).allowed()).isFalse();
    assertThat(STRANGER.to("203.0.113.1", book).allowed()).isFalse();
    assertThat(STRANGER.to("2001:db8::1", book).allowed()).isFalse();
    assertThat(STRANGER.to("198.51.100.1", book).allowed()).isTrue();
    assertThat(STRANGER.to("2001:db9::1", book).allowed()).isTrue();
  }

  @Test
  void aNameIsComparedOnceItsAddressesAreKnown() {
    RuleBook book = book(allow("country:DE"), deny());
    assertThat(book.decideName(STRANGER.name("a.example").question("192.0.2.1"))).isNull();
    assertThat(STRANGER.name("a.example").to("192.0.2.1", book).allowed()).isTrue();
    assertThat(STRANGER.name("a.example").to("203.0.113.1", book).allowed()).isFalse();
  }

  @Test
  void clientsAreComparedByTheirs() {
    RuleBook book = book(Ask.from(deny(), "country:AT"));
    assertThat(STRANGER.to("192.0.2.1", book).allowed()).isFalse(); // it is 198.51.100.9
    assertThat(STRANGER.from("203.0.113.9").to("192.0.2.1", book).allowed()).isTrue();
  }

  @Test
  void whatIsClosedOrPrivateIsInNoCountryWhateverTheFileSays() {
    RuleBook book = book(allow("country:DE"));
    assertThat(STRANGER.to("127.0.0.1", book).allowed()).isFalse();
    assertThat(STRANGER.to("10.0.0.1", book).rule()).isZero();
    assertThat(STRANGER.from("127.0.0.1").to("192.0.2.1", book(Ask.from(deny(), "country:DE"))))
        .extracting(Decision::allowed)
        .isEqualTo(true);
  }

  @Test
  void anAddressInsideAnIpv6AddressIsDeniedByItsCountryAndNotAllowedByIt() {
    assertThat(STRANGER.to("64:ff9b::192.0.2.1", book(deny("country:DE"))).allowed()).isFalse();
    RuleBook book = book(allow("country:DE"), deny());
    assertThat(STRANGER.to("64:ff9b::192.0.2.1", book).allowed()).isFalse();
  }

  @Test
  void anExplanationTellsWhereTheAddressIs() {
    Explanation explained = book(deny("country:FR")).explain(STRANGER.question("192.0.2.1"));
    assertThat(explained.summary(Ask.ip("192.0.2.1"), 80))
        .isEqualTo(
            "192.0.2.1:80 is allowed: default: the destination is open; the address is in DE");
    assertThat(explained.misses())
        .containsExactly(
            "rule 1 (argyle.yaml:7, deny) does not match: it is for other destinations");
    assertThat(book(deny("country:FR")).explain(STRANGER.question("10.0.0.1")).country()).isNull();
    RuleBook byClient = book(Ask.from(deny(), "country:AT"));
    assertThat(byClient.explain(STRANGER.question("192.0.2.1")).summary(Ask.ip("192.0.2.1"), 80))
        .isEqualTo("192.0.2.1:80 is denied: rule 1 (argyle.yaml:7); the client is in AT");
    assertThat(book(deny("10.0.0.0/8")).explain(STRANGER.question("192.0.2.1")).country())
        .as("no rule names one")
        .isNull();
  }

  @Test
  void aRuleBehindOneWithTheSameCountryNeverDecides() {
    List<RuleEntry> entries = book(deny("country:DE"), deny("country:DE"), deny()).entries(0);
    assertThat(entries.get(1).shadowedBy()).isEqualTo(1);
    assertThat(entries.get(2).shadowedBy()).isZero();
  }

  @Test
  void aDatabaseThatIsReplacedHoldsForRulesThatAreCompiled(@TempDir Path folder) throws Exception {
    Path file = CountryFiles.write(folder.resolve("c.mmdb"), "192.0.2.0/24 DE");
    Map<String, NameList> settings = ListFiles.countries(file);
    Lists lists = Lists.load(settings);
    RuleBook book = RuleBook.compile(List.of(deny("country:DE")), lists.all());
    CountryFiles.write(file, "203.0.113.0/24 DE");
    assertThat(lists.reload(settings)).isEmpty();
    assertThat(STRANGER.to("192.0.2.1", book).allowed()).isTrue();
    assertThat(STRANGER.to("203.0.113.1", book).allowed()).isFalse();
  }

  @Test
  void aCountryWithoutADatabaseIsNotCompiledToNothing() {
    assertThatThrownBy(() -> RuleBook.compile(List.of(deny("country:DE"))))
        .hasMessageContaining("no database of countries");
  }
}
