package dev.argyle.server.dial;

import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static dev.argyle.server.dial.Literals.SOMEBODY;
import static dev.argyle.server.dial.Literals.ip;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.config.Dns;
import dev.argyle.server.dial.NameResolver.Addresses;
import dev.argyle.server.dial.NameResolver.Answer;
import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.dial.NameResolver.NoAddresses;
import dev.argyle.server.dial.NameServers.Reply;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import io.netty.channel.DefaultEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SystemResolverTest {

  private static final Answer ONE = new Addresses(List.of(ip("192.0.2.1")));
  private static final EventExecutor HERE = ImmediateEventExecutor.INSTANCE;

  private final FakeTiming clock = new FakeTiming();
  private final Map<Question, Consumer<Reply>> asked = new LinkedHashMap<>();
  private final List<String> heard = new ArrayList<>();
  private final Counters counters = new Counters();
  private HostsFile hosts = HostsFile.parse(List.of());
  private final SystemResolver resolver = resolver(HERE);

  private SystemResolver resolver(EventExecutor home) {
    Dns settings =
        new Dns(
            List.of(),
            Duration.ofSeconds(3),
            Duration.ofSeconds(10),
            16,
            64,
            100,
            Duration.ofMinutes(10),
            Duration.ofSeconds(30));
    NameServers servers =
        (question, reply) -> {
          assertThat(asked.put(question, reply)).isNull();
          return () -> asked.remove(question);
        };
    return new SystemResolver(settings, () -> hosts, home, servers, clock, counters.shared());
  }

  private NameResolver.Lookup resolve(String name) {
    return resolve(SOMEBODY, name);
  }

  private NameResolver.Lookup resolve(Asker asker, String name) {
    return resolver.resolve(
        HERE, asker, name, (family, answer) -> heard.add(family + " " + text(answer)));
  }

  private static String text(Answer answer) {
    return switch (answer) {
      case Addresses(var addresses) -> addresses.toString();
      case NoAddresses() -> "none";
      case Failed(Failure why) -> why.detail();
    };
  }

  private void reply(String name, Family family, Answer answer, long ttlSeconds) {
    requireNonNull(asked.remove(new Question(name, family)), () -> "no question for " + name)
        .accept(new Reply(answer, ttlSeconds));
  }

  @Test
  void bothFamiliesAreAskedForAtOnce() {
    resolve("a.example");
    assertThat(asked)
        .containsOnlyKeys(new Question("a.example", IPV6), new Question("a.example", IPV4));
    reply("a.example", IPV4, ONE, 60);
    reply("a.example", IPV6, new NoAddresses(), 60);
    assertThat(heard).containsExactly("IPV4 [/192.0.2.1]", "IPV6 none");
  }

  @Test
  void anAnswerIsRememberedForItsTimeToLive() {
    resolve("a.example");
    reply("a.example", IPV6, new NoAddresses(), 20);
    reply("a.example", IPV4, ONE, 20);
    clock.passMillis(19_999);
    heard.clear();
    resolve("a.example");
    assertThat(heard).containsExactly("IPV6 none", "IPV4 [/192.0.2.1]");
    assertThat(asked).isEmpty();
    assertThat(counters.sum(Counter.DNS_CACHE_HITS)).isEqualTo(2);
    clock.passMillis(1);
    resolve("a.example");
    assertThat(asked).hasSize(2);
  }

  @Test
  void noTimeToLiveExceedsTheConfiguredOne() {
    resolve("a.example");
    reply("a.example", IPV4, ONE, 86_400);
    reply("a.example", IPV6, new NoAddresses(), 86_400);
    clock.passMillis(29_999);
    resolve("a.example");
    assertThat(asked).isEmpty();
    clock.passMillis(1);
    resolve("a.example");
    assertThat(asked).containsOnlyKeys(new Question("a.example", IPV6));
    reply("a.example", IPV6, new NoAddresses(), 86_400);
    clock.passMillis(600_000 - 30_000);
    resolve("a.example");
    assertThat(asked).containsKey(new Question("a.example", IPV4));
  }

  @Test
  void aTimeToLiveOfZeroServesThoseWhoWait() {
    resolve("a.example");
    resolve("a.example");
    reply("a.example", IPV4, ONE, 0);
    assertThat(heard).hasSize(2);
    resolve("a.example");
    assertThat(asked).containsKey(new Question("a.example", IPV4));
  }

  @Test
  void aFailureIsRememberedOnlyAsLongAsTheServersSay() {
    resolve("a.example");
    reply("a.example", IPV4, new Failed(Failure.of(DialFailure.TIMED_OUT)), 1);
    reply("a.example", IPV6, new Failed(Failure.of(DialFailure.TIMED_OUT)), 1);
    resolve("a.example");
    assertThat(asked).isEmpty();
    clock.passMillis(1000);
    resolve("a.example");
    assertThat(asked).hasSize(2);
  }

  @Test
  void identicalQuestionsAreAskedOnce() {
    resolve("a.example");
    resolve("a.example");
    resolve("a.example");
    assertThat(asked).hasSize(2);
    assertThat(counters.sum(Counter.DNS_QUESTIONS)).isEqualTo(2);
    reply("a.example", IPV4, ONE, 60);
    assertThat(heard).hasSize(3);
  }

  @Test
  void questionsEndWithTheLastWhoWaits() {
    NameResolver.Lookup first = resolve("a.example");
    NameResolver.Lookup second = resolve("a.example");
    first.cancel();
    assertThat(asked).hasSize(2);
    second.cancel();
    assertThat(asked).isEmpty();
    assertThat(counters.sum(Counter.DNS_QUESTIONS_ABANDONED)).isEqualTo(2);
    resolve("a.example");
    assertThat(asked).as("asked anew").hasSize(2);
    assertThat(heard).isEmpty();
  }

  @Test
  void whoCancelledIsNotToldButTheAnswerIsKeptForWhoWaits() {
    NameResolver.Lookup lookup = resolve("a.example");
    resolve("a.example");
    lookup.cancel();
    reply("a.example", IPV4, ONE, 60);
    reply("a.example", IPV6, new NoAddresses(), 30);
    assertThat(heard).hasSize(2);
    resolve("a.example");
    assertThat(heard).hasSize(4);
    assertThat(asked).isEmpty();
  }

  @Test
  void lookupOfWhichOneFamilyIsAnsweredGivesUpTheOther() {
    NameResolver.Lookup lookup = resolve("a.example");
    reply("a.example", IPV4, ONE, 60);
    lookup.cancel();
    assertThat(asked).isEmpty();
    lookup.cancel();
    assertThat(counters.sum(Counter.DNS_QUESTIONS_ABANDONED)).isEqualTo(1);
  }

  @Test
  void theHostsFileGoesFirstAndAnswersForBothFamilies() {
    hosts = HostsFile.parse(List.of("192.0.2.7 a.example"));
    resolve("a.example");
    assertThat(heard).containsExactly("IPV6 none", "IPV4 [/192.0.2.7]");
    assertThat(asked).isEmpty();
  }

  @Test
  void localhostIsNeverAskedFor() {
    resolve("x.localhost");
    assertThat(heard).containsExactly("IPV6 [/0:0:0:0:0:0:0:1]", "IPV4 [/127.0.0.1]");
    assertThat(asked).isEmpty();
    assertThat(counters.sum(Counter.DNS_QUESTIONS) + counters.sum(Counter.DNS_CACHE_HITS)).isZero();
  }

  @Test
  void beyondTheShareNamesWaitAndThoseThatAreKnownDoNot() {
    for (int i = 0; i < 9; i++) {
      resolve("n" + i + ".example");
    }
    assertThat(asked).hasSize(16);
    assertThat(heard).isEmpty();
    resolve("localhost");
    assertThat(heard).hasSize(2);
    reply("n0.example", IPV4, ONE, 60);
    reply("n0.example", IPV6, new NoAddresses(), 60);
    assertThat(asked).containsKey(new Question("n8.example", IPV4));
    assertThat(counters.sum(Counter.DNS_QUESTIONS_DELAYED)).isEqualTo(2);
  }

  @Test
  void deadNamesOfOneUserDoNotFailTheNamesOfOthers() {
    for (int i = 0; i < 130; i++) {
      resolve("dead" + i + ".example");
    }
    resolve(Asker.of(ip("192.0.2.200"), "bob"), "a.example");
    reply("a.example", IPV4, ONE, 60);
    resolve(Asker.of(ip("192.0.2.201"), null), "b.example");
    reply("b.example", IPV4, ONE, 60);
    assertThat(heard).containsExactly("IPV4 [/192.0.2.1]", "IPV4 [/192.0.2.1]");
    assertThat(counters.sum(Counter.DNS_QUESTIONS_REFUSED)).isZero();
  }

  @Test
  void everyLoopIsToldOnItsOwnThread() throws Exception {
    DefaultEventLoop home = new DefaultEventLoop();
    DefaultEventLoop one = new DefaultEventLoop();
    DefaultEventLoop other = new DefaultEventLoop();
    try {
      SystemResolver shared = resolver(home);
      BlockingQueue<Boolean> onOwnThread = new LinkedBlockingQueue<>();
      for (DefaultEventLoop loop : List.of(one, other)) {
        loop.submit(
                () ->
                    shared.resolve(
                        loop,
                        SOMEBODY,
                        "a.example",
                        (family, answer) -> onOwnThread.add(loop.inEventLoop())))
            .sync();
      }
      home.submit(() -> assertThat(asked).hasSize(2)).sync();
      home.submit(() -> reply("a.example", IPV4, ONE, 60)).sync();
      assertThat(onOwnThread.poll(10, TimeUnit.SECONDS)).isTrue();
      assertThat(onOwnThread.poll(10, TimeUnit.SECONDS)).isTrue();
    } finally {
      for (DefaultEventLoop loop : List.of(one, other, home)) {
        loop.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
      }
    }
  }

  @Test
  void whoLeavesOnAnotherLoopEndsItsQuestions() throws Exception {
    DefaultEventLoop home = new DefaultEventLoop();
    DefaultEventLoop loop = new DefaultEventLoop();
    try {
      SystemResolver shared = resolver(home);
      loop.submit(
              () -> {
                NameResolver.Lookup lookup =
                    shared.resolve(loop, SOMEBODY, "a.example", (family, answer) -> {});
                lookup.cancel();
                lookup.cancel();
              })
          .sync();
      home.submit(() -> assertThat(asked).isEmpty()).sync();
      assertThat(counters.sum(Counter.DNS_QUESTIONS)).isEqualTo(2);
      assertThat(counters.sum(Counter.DNS_QUESTIONS_ABANDONED)).isEqualTo(2);
    } finally {
      for (DefaultEventLoop one : List.of(loop, home)) {
        one.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
      }
    }
  }

  @Test
  void afterItsHomeHasEndedNamesFailAndNothingIsThrown() throws Exception {
    DefaultEventLoop home = new DefaultEventLoop();
    home.submit(() -> {}).sync();
    home.shutdownGracefully(0, 0, TimeUnit.SECONDS).sync();
    resolver(home)
        .resolve(
            HERE,
            SOMEBODY,
            "a.example",
            (family, answer) -> heard.add(family + " " + text(answer)));
    assertThat(heard)
        .containsExactly("IPV6 the resolver has stopped", "IPV4 the resolver has stopped");
  }
}
