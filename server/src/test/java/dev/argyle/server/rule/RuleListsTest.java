package dev.argyle.server.rule;

import static dev.argyle.server.rule.Ask.STRANGER;
import static dev.argyle.server.rule.Ask.allow;
import static dev.argyle.server.rule.Ask.deny;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.config.NameList;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.list.Lists;
import dev.argyle.server.list.NamedList;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Rules that name lists. */
@Tag("unit")
class RuleListsTest {

  private static final Map<String, NamedList> LISTS =
      ListFiles.lists(
          Map.of("ads", "ads.example\n", "nets", "10.0.0.0/8\n127.0.0.0/8\n198.51.100.0/24\n"));

  private static RuleBook book(RuleLine... lines) {
    return RuleBook.compile(List.of(lines), LISTS);
  }

  @Test
  void aNameOfAListIsDeniedBeforeItIsLookedUp() {
    RuleBook book = book(deny("@ads"));
    assertThat(book.decideName(STRANGER.name("x.ADS.example.").question("192.0.2.1"))).isNotNull();
    assertThat(book.decideName(STRANGER.name("example").question("192.0.2.1"))).isNull();
    assertThat(STRANGER.name("ads.example").to("192.0.2.1", book).allowed()).isFalse();
    assertThat(STRANGER.to("192.0.2.1", book).allowed()).isTrue();
  }

  @Test
  void aListOfNetworksIsComparedWithTheAddress() {
    RuleBook book = book(deny("@nets"));
    assertThat(STRANGER.to("10.1.2.3", book).allowed()).isFalse();
    assertThat(STRANGER.to("64:ff9b::10.1.2.3", book).allowed()).isFalse();
    assertThat(STRANGER.to("192.0.2.1", book).allowed()).isTrue();
    assertThat(book.decideName(STRANGER.name("a.example").question("192.0.2.1"))).isNull();
  }

  @Test
  void aListOfNetworksOpensWhatIsClosedAndAListOfNamesDoesNot() {
    assertThat(STRANGER.to("127.0.0.1", book(allow("@nets"))).allowed()).isTrue();
    assertThat(STRANGER.name("ads.example").to("127.0.0.1", book(allow("@ads"))).allowed())
        .isFalse();
  }

  @Test
  void clientsAreComparedWithAListOfNetworks() {
    RuleBook book = book(Ask.from(deny(), "@nets"));
    assertThat(STRANGER.to("192.0.2.1", book).allowed()).isFalse(); // it is 198.51.100.9
    assertThat(STRANGER.from("203.0.113.9").to("192.0.2.1", book).allowed()).isTrue();
  }

  @Test
  void anExplanationKnowsLists() {
    RuleBook book = book(deny("@ads"), Ask.from(deny(), "@nets"));
    Explanation explained = book.explain(STRANGER.name("ok.example").question("192.0.2.1"));
    assertThat(explained.decision().rule()).isEqualTo(2);
    assertThat(explained.missed()).hasSize(1);
  }

  @Test
  void aRuleBehindOneWithTheSameListNeverDecides() {
    List<RuleEntry> entries = book(deny("@ads"), deny("@ads"), allow("@nets")).entries(0);
    assertThat(entries.get(1).shadowedBy()).isEqualTo(1);
    assertThat(entries.get(2).shadowedBy()).isZero();
    assertThat(book(allow(), allow("@nets")).entries(0).get(1).shadowedBy()).isZero();
  }

  @Test
  void whatIsReplacedHoldsForRulesThatAreCompiled(@TempDir Path folder) throws Exception {
    Path file = Files.writeString(folder.resolve("ads"), "ads.example\n");
    Map<String, NameList> settings = Map.of("ads", ListFiles.settings("ads", file));
    Lists lists = Lists.load(settings);
    RuleBook book = RuleBook.compile(List.of(deny("@ads")), lists.all());
    long before = book.contents();
    Files.writeString(file, "other.example\n");
    assertThat(lists.reload(settings)).isEmpty();
    assertThat(book.contents()).as("what was remembered is asked again").isNotEqualTo(before);
    assertThat(RuleBook.compile(List.of()).contents()).as("there is nothing to ask").isZero();
    assertThat(STRANGER.name("ads.example").to("192.0.2.1", book).allowed()).isTrue();
    assertThat(STRANGER.name("other.example").to("192.0.2.1", book).allowed()).isFalse();
  }

  @Test
  void aRuleWhoseListIsNotThereIsNotCompiledToNothing() {
    assertThatThrownBy(() -> book(deny("@missing"))).hasMessageContaining("@missing");
  }
}
