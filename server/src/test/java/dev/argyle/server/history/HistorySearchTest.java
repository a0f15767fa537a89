package dev.argyle.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Network;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Searches are compared with a slow and obvious filter. */
@Tag("property")
class HistorySearchTest {
  private static final String[] USERS = {"ana", "eva", "ün\udc80", "an"};
  private static final String[] ASKED = {"ana", "eva", "ün\udc80", "an", "-"};
  private static final String[] CLIENTS = {"192.0.2.7", "192.0.3.7", "2001:db8::7", "10.0.0.1"};
  private static final String[] HOSTS = {
    "www.example.com", "WWW.Example.COM.", "example.com", "notexample.com", "192.0.2.1", "a.b.org"
  };
  private static final EndReason[] REASONS = {
    EndReason.DONE, EndReason.REFUSED_BY_RULE, EndReason.KILLED
  };
  private static final long[] DURATIONS = {0, 999, 1_000, 1_999, 2_000, 86_400_000};

  @TempDir Path data;
  private final Random random = new Random(7);
  private final List<Past.Ended> all = new ArrayList<>(); // newest first
  private History history = unopened();

  private History unopened() {
    return new History(Path.of("absent"), Past.SETTINGS, new Counters().shared(), new Past.Clock());
  }

  @BeforeEach
  void fill() {
    history = new History(data, Past.SETTINGS, new Counters().shared(), new Past.Clock());
    for (int id = 1; id <= 4_000; id++) {
      Past.Ended ended = new Past.Ended();
      ended.id = id;
      ended.endMillis = Past.TIME - 4_000 + id + random.nextInt(5);
      ended.user = pick(USERS, 5);
      ended.client = Objects.requireNonNull(pick(CLIENTS, 4));
      ended.destination = pick(HOSTS, 7);
      ended.port = random.nextBoolean() ? 443 : 80;
      ended.reply = random.nextInt(3) - 1;
      ended.durationMillis = DURATIONS[random.nextInt(DURATIONS.length)];
      ended.up = random.nextInt(10);
      ended.down = random.nextInt(10_000);
      ended.command = random.nextInt(4) == 0 ? null : Command.values()[random.nextInt(3)];
      ended.ending = Ending.of(REASONS[random.nextInt(3)]);
      int rule = random.nextInt(4);
      ended.rule = rule == 0 ? null : new RuleRef(rule, "rule " + rule);
      all.addFirst(ended);
      history.add(ended.made());
      if (random.nextInt(100) == 0) {
        history.write();
      }
    }
    history.write();
  }

  @AfterEach
  void close() {
    history.close();
  }

  /** One of them, or null where there may be one more. */
  private @Nullable String pick(String[] of, int among) {
    int index = random.nextInt(among);
    return index < of.length ? of[index] : null;
  }

  @Test
  void findsWhatASlowFilterFinds() {
    for (int round = 0; round < 400; round++) {
      HistoryQuery query = query();
      List<Long> expected =
          all.stream().filter(ended -> matches(query, ended)).map(ended -> ended.id).toList();
      assertThat(Past.all(history, query, 1 + random.nextInt(1_000)))
          .as("%s", query)
          .extracting(HistoryEntry::id)
          .isEqualTo(expected);
    }
  }

  private HistoryQuery query() {
    boolean time = random.nextInt(3) == 0;
    long from = time ? Past.TIME - random.nextInt(5_000) : 0;
    return new HistoryQuery(
        from,
        time ? from + random.nextInt(2_000) : Long.MAX_VALUE,
        random.nextInt(3) == 0 ? pick(ASKED, 5) : null,
        random.nextInt(3) == 0
            ? Network.parse(
                new String[] {"192.0.2.0/23", "192.0.2.7/32", "2001:db8::/33", "10.0.0.0/7"}
                    [random.nextInt(4)])
            : null,
        random.nextInt(3) == 0
            ? new String[] {"*.example.com", "www.EXAMPLE.com", "example.com", "192.0.2.1", "*.org"}
                [random.nextInt(5)]
            : null,
        random.nextInt(4) == 0 ? 443 : HistoryQuery.ANY,
        random.nextInt(5) == 0 ? 1 + random.nextInt(4) : HistoryQuery.ANY,
        random.nextInt(4) == 0 ? random.nextInt(2) : HistoryQuery.ANY,
        random.nextInt(4) == 0 ? REASONS[random.nextInt(3)].word() : null,
        random.nextInt(4) == 0 ? Command.values()[random.nextInt(3)] : null,
        random.nextInt(4) == 0 ? random.nextInt(9_000) : 0,
        random.nextInt(4) == 0 ? random.nextInt(4) : 0);
  }

  private static boolean matches(HistoryQuery query, Past.Ended ended) {
    return ended.endMillis >= query.fromMillis()
        && ended.endMillis < query.toMillis()
        && (query.user() == null
            || query.user().equals(Objects.requireNonNullElse(ended.user, "-")))
        && (query.client() == null || query.client().contains(ended.made().client()))
        && (query.destination() == null || goesTo(query.destination(), ended.destination))
        && (query.port() < 0 || query.port() == ended.port)
        && (query.rule() < 0 || ended.rule != null && query.rule() == ended.rule.number())
        && (query.reply() < 0 || query.reply() == ended.reply)
        && (query.reason() == null || query.reason().equals(ended.ending.reason().word()))
        && (query.command() == null || query.command() == ended.command)
        && ended.up + ended.down >= query.minOctets()
        && ended.durationMillis >= query.minDurationSeconds() * 1_000;
  }

  private static boolean goesTo(String wanted, @Nullable String destination) {
    if (destination == null) {
      return false;
    }
    String host = destination.toLowerCase(Locale.ROOT).replaceAll("\\.$", "");
    String name = wanted.toLowerCase(Locale.ROOT);
    return name.startsWith("*.") ? host.endsWith(name.substring(1)) : host.equals(name);
  }

  @Test
  void aReasonThatNoVersionHasFindsNothing() {
    HistoryQuery query =
        new HistoryQuery(
            0, Long.MAX_VALUE, null, null, null, -1, -1, -1, "no-such-reason", null, 0, 0);
    assertThat(Past.all(history, query, 10)).isEmpty();
  }
}
