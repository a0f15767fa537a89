package dev.argyle.server.rule;

import static dev.argyle.server.rule.Ask.STRANGER;
import static dev.argyle.server.rule.Ask.allow;
import static dev.argyle.server.rule.Ask.deny;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.RuleLine;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class RuleHitsTest {

  private static final RuleLine DENY_TEN = deny("10.0.0.0/8");
  private static final RuleLine ALLOW_TEST = allow("192.0.2.0/24");

  private final long now = System.nanoTime();

  private void hit(RuleBook book, String address, long nowNanos) {
    book.hit(STRANGER.to(address, book), nowNanos);
  }

  private static List<Long> all(RuleBook book, long nowNanos) {
    return book.entries(nowNanos).stream().map(entry -> entry.hits().all()).toList();
  }

  private static List<Long> day(RuleBook book, long nowNanos) {
    return book.entries(nowNanos).stream().map(entry -> entry.hits().day()).toList();
  }

  @Test
  void whatDecidesIsCountedForEachRuleAndForEachKindOfDefault() {
    RuleBook book =
        RuleBook.compile(List.of(DENY_TEN, ALLOW_TEST))
            .withOwnListeners(
                List.of(new OwnListener(Ask.ip("192.0.2.7"), 80, OwnListener.Transport.TCP)));
    hit(book, "10.0.0.1", now);
    hit(book, "192.0.2.1", now);
    hit(book, "192.0.2.2", now);
    hit(book, "192.0.2.7", now);
    hit(book, "127.0.0.1", now);
    hit(book, "198.51.100.1", now);
    hit(book, "198.51.100.2", now);
    hit(book, "198.51.100.3", now);
    assertThat(all(book, now)).containsExactly(1L, 2L, 1L, 1L, 3L);
    assertThat(day(book, now)).containsExactly(1L, 2L, 1L, 1L, 3L);
    assertThat(book.entries(now)).filteredOn(RuleEntry::isDefault).hasSize(3);
  }

  @Test
  void hitsOfTheLastDayAreForgottenByTheHourAndThoseSinceTheStartAreNot() {
    RuleBook book = RuleBook.compile(List.of(DENY_TEN));
    hit(book, "10.0.0.1", now);
    hit(book, "10.0.0.1", now + TimeUnit.HOURS.toNanos(1));
    long later = now + TimeUnit.HOURS.toNanos(RuleHits.HOURS - 1);
    assertThat(day(book, later).getFirst()).isEqualTo(2);
    assertThat(day(book, later + TimeUnit.HOURS.toNanos(1)).getFirst()).isEqualTo(1);
    assertThat(day(book, later + TimeUnit.HOURS.toNanos(2)).getFirst()).isZero();
    hit(book, "10.0.0.1", now + TimeUnit.HOURS.toNanos(2 * RuleHits.HOURS)); // the same bucket
    assertThat(day(book, now + TimeUnit.HOURS.toNanos(2 * RuleHits.HOURS)).getFirst()).isEqualTo(1);
    assertThat(all(book, later).getFirst()).isEqualTo(3);
  }

  @Test
  void ruleThatMovedInTheFileKeepsItsHitsAndAnotherOneHasNone() {
    RuleBook before = RuleBook.compile(List.of(DENY_TEN, ALLOW_TEST));
    hit(before, "10.0.0.1", now);
    hit(before, "192.0.2.1", now);
    hit(before, "192.0.2.1", now);
    hit(before, "203.0.113.1", now);
    RuleLine moved =
        new RuleLine(
            true,
            ALLOW_TEST.users(),
            ALLOW_TEST.from(),
            ALLOW_TEST.commands(),
            ALLOW_TEST.to(),
            ALLOW_TEST.ports(),
            null,
            "argyle.yaml:99");
    RuleBook after =
        RuleBook.compile(List.of(deny("203.0.113.0/24"), moved, moved), Map.of(), before);
    assertThat(all(after, now)).containsExactly(0L, 2L, 0L, 0L, 0L, 1L);
    hit(before, "192.0.2.1", now); // a session that began before
    assertThat(all(after, now).get(1)).isEqualTo(3);
  }

  @Test
  void crowdFromManyThreadsIsCountedExactly() throws Exception {
    RuleBook book = RuleBook.compile(List.of(DENY_TEN));
    List<Thread> crowd = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      crowd.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    for (int hit = 0; hit < 10_000; hit++) {
                      hit(book, "10.0.0.1", now);
                    }
                  }));
    }
    for (Thread one : crowd) {
      one.join();
    }
    assertThat(all(book, now).getFirst()).isEqualTo(40_000);
    assertThat(day(book, now).getFirst()).isEqualTo(40_000);
  }

  @Test
  void entryIsWrittenAsTheFileHasIt() {
    RuleEntry entry = RuleBook.compile(List.of(DENY_TEN)).entries(now).getFirst();
    assertThat(entry.number()).isEqualTo(1);
    assertThat(entry.text()).isEqualTo("{ allow: false, to: [\"10.0.0.0/8\"] }");
    assertThat(entry.place()).isEqualTo("argyle.yaml:7");
    assertThat(entry.allow()).isFalse();
  }
}
