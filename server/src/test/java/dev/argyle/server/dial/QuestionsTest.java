package dev.argyle.server.dial;

import static dev.argyle.server.dial.Literals.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.dial.NameResolver.Addresses;
import dev.argyle.server.dial.NameResolver.Answer;
import dev.argyle.server.dial.NameResolver.Failed;
import dev.argyle.server.dial.NameServers.Reply;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Four questions of an asker at a time, ten in all, on a clock that the test moves. */
@Tag("unit")
class QuestionsTest {

  private static final Asker ANA = Asker.of(ip("192.0.2.1"), "ana");
  private static final Asker BOB = Asker.of(ip("192.0.2.1"), "bob");
  private static final Asker NEIGHBOUR = Asker.of(ip("2001:db8::2"), null);
  private static final Asker SAME_HOUSEHOLD = Asker.of(ip("2001:db8::3"), null);
  private static final long WAIT_MILLIS = 10_000;

  private final FakeTiming timing = new FakeTiming();
  private final Counters counters = new Counters();
  private final Map<String, Consumer<Reply>> asked = new LinkedHashMap<>();
  private final List<String> heard = new ArrayList<>();
  private final List<String> kept = new ArrayList<>();
  private boolean noDescriptors;
  private final Questions questions =
      new Questions(
          ImmediateEventExecutor.INSTANCE,
          timing,
          this::ask,
          new TurnQueue(4, 10),
          WAIT_MILLIS * 1_000_000,
          (question, reply) -> kept.add(question.name()),
          counters.shared());

  private Runnable ask(Question question, Consumer<Reply> reply) {
    if (noDescriptors) {
      reply.accept(new Reply(new Failed(Failure.of(DialFailure.NO_RESOURCES)), 0));
    } else {
      assertThat(asked.put(question.name(), reply)).as("asked once").isNull();
    }
    return () -> asked.remove(question.name());
  }

  private final class Client implements Questions.Waiter {

    private final Asker asker;
    private final String name;

    Client(Asker asker, String name) {
      this.asker = asker;
      this.name = name;
      questions.ask(question(), this);
    }

    private Question question() {
      return new Question(name, Family.IPV4);
    }

    @Override
    public Asker asker() {
      return asker;
    }

    @Override
    public void answered(Question question, Answer answer) {
      String text = answer instanceof Failed(Failure why) ? why.detail() : "found";
      heard.add(asker.user() + " " + name + ": " + text);
    }

    void leave() {
      questions.leave(question(), this);
    }
  }

  private void reply(String name) {
    Objects.requireNonNull(asked.remove(name), name)
        .accept(new Reply(new Addresses(List.of(ip("192.0.2.9"))), 60));
  }

  private List<Client> dead(Asker asker, int count) {
    List<Client> clients = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      clients.add(new Client(asker, asker.user() + i));
    }
    return clients;
  }

  @Test
  void namesBeyondTheShareWaitAndAreAskedInTheirOrder() {
    dead(ANA, 6);
    assertThat(asked.keySet()).containsExactly("ana0", "ana1", "ana2", "ana3");
    assertThat(counters.sum(Counter.DNS_QUESTIONS)).isEqualTo(4);
    assertThat(counters.sum(Counter.DNS_QUESTIONS_DELAYED)).isEqualTo(2);
    reply("ana2");
    assertThat(asked.keySet()).containsExactly("ana0", "ana1", "ana3", "ana4");
    assertThat(heard).containsExactly("ana ana2: found");
    assertThat(kept).containsExactly("ana2");
  }

  @Test
  void deadNamesOfOneUserDoNotDelayThoseOfAnotherAtTheSameAddress() {
    dead(ANA, 130);
    new Client(BOB, "b.example");
    assertThat(asked).containsKey("b.example");
  }

  @Test
  void addressesOfOneNetworkShareAndChangingThemIsOfNoUse() {
    for (int i = 0; i < 4; i++) {
      new Client(NEIGHBOUR, "n" + i);
    }
    new Client(SAME_HOUSEHOLD, "m");
    assertThat(asked).hasSize(4).doesNotContainKey("m");
  }

  @Test
  void inAllThereAreSoManyAndAskersTakeTurns() {
    dead(ANA, 20);
    dead(BOB, 20);
    new Client(NEIGHBOUR, "n0");
    new Client(NEIGHBOUR, "n1");
    new Client(NEIGHBOUR, "n2");
    assertThat(asked).as("the bound in all").hasSize(10).doesNotContainKey("n2");
    reply("ana0");
    reply("bob0");
    reply("ana1");
    assertThat(asked).as("has its turn among those of the others").containsKey("n2");
  }

  @Test
  void whoJoinsANameThatWaitsInAnothersQueueHasATurnOfItsOwn() {
    dead(ANA, 10);
    new Client(BOB, "ana9");
    assertThat(asked).as("in the share of bob").containsKey("ana9");
    reply("ana9");
    assertThat(heard).containsExactlyInAnyOrder("ana ana9: found", "bob ana9: found");
    assertThat(timing.waiting()).as("alarms of those that wait").isEqualTo(5);
  }

  @Test
  void questionEndsWithItsLastWaiterWhetherUnderWayOrWaiting() {
    List<Client> ana = dead(ANA, 6);
    Client bob = new Client(BOB, "ana0");
    ana.get(5).leave();
    ana.get(0).leave();
    assertThat(asked).as("bob waits for it").containsKey("ana0");
    bob.leave();
    bob.leave();
    assertThat(asked).doesNotContainKey("ana0");
    assertThat(counters.sum(Counter.DNS_QUESTIONS_ABANDONED)).isEqualTo(2);
    assertThat(heard).isEmpty();
    assertThat(questions.size()).isEqualTo(4);
  }

  @Test
  void whoAsksAndLeavesAtOnceHasItsTurnsOnceASecondAtMost() {
    for (int round = 0; round < 100; round++) {
      new Client(ANA, "name" + round).leave();
    }
    assertThat(counters.sum(Counter.DNS_QUESTIONS)).isEqualTo(4);
    new Client(ANA, "a.example");
    timing.passMillis(999);
    assertThat(asked).isEmpty();
    timing.passMillis(1);
    assertThat(asked.keySet()).containsExactly("a.example");
  }

  @Test
  void questionThatIsAbandonedLateGivesItsTurnBackAtOnce() {
    List<Client> ana = dead(ANA, 5);
    timing.passMillis(1000);
    ana.getFirst().leave();
    assertThat(asked).containsKey("ana4");
  }

  @Test
  void waitForATurnEndsInTime() {
    dead(ANA, 6);
    timing.passMillis(WAIT_MILLIS);
    assertThat(heard)
        .containsExactly(
            "ana ana4: no turn to ask name servers within dns.question-timeout",
            "ana ana5: no turn to ask name servers within dns.question-timeout");
    assertThat(counters.sum(Counter.DNS_QUESTIONS_REFUSED)).isEqualTo(2);
    assertThat(questions.size()).isEqualTo(4);
    assertThat(timing.waiting()).isZero();
  }

  @Test
  void whoFillsTheQueueIsRefusedAndNobodyElse() {
    dead(ANA, 4 + TurnQueue.MAX_WAITING / 2);
    assertThat(heard).isEmpty();
    new Client(ANA, "one-more");
    assertThat(heard).containsExactly("ana one-more: too many names wait to be looked up");
    assertThat(counters.sum(Counter.DNS_QUESTIONS_REFUSED)).isEqualTo(1);
    dead(BOB, 6);
    assertThat(asked).containsKeys("bob0", "bob3");
    assertThat(heard).hasSize(1);
  }

  @Test
  void repliesAtOnceAreToldAndKeepNothing() {
    noDescriptors = true;
    dead(ANA, 6);
    assertThat(heard).hasSize(6).allMatch(line -> line.endsWith("out of resources"));
    assertThat(questions.size()).isZero();
    assertThat(timing.waiting()).isZero();
  }

  @Test
  void whateverComesTheBoundsHoldAndNothingIsLeftOver() {
    SplittableRandom random = new SplittableRandom(4711);
    List<Asker> askers = List.of(ANA, BOB, NEIGHBOUR);
    for (int round = 0; round < 50; round++) {
      List<Client> clients = new ArrayList<>();
      for (int step = 0; step < 200; step++) {
        switch (random.nextInt(4)) {
          case 0 -> timing.passMillis(random.nextInt(400));
          case 1 -> {
            if (!clients.isEmpty()) {
              clients.remove(random.nextInt(clients.size())).leave();
            }
          }
          case 2 -> {
            if (!asked.isEmpty()) {
              reply(List.copyOf(asked.keySet()).get(random.nextInt(asked.size())));
            }
          }
          default ->
              clients.add(new Client(askers.get(random.nextInt(3)), "n" + random.nextInt(30)));
        }
        assertThat(asked.size()).isLessThanOrEqualTo(10);
      }
      clients.forEach(Client::leave);
      timing.passMillis(1000);
      assertThat(asked).isEmpty();
      assertThat(questions.size()).isZero();
      assertThat(timing.waiting()).isZero();
    }
    dead(ANA, 4);
    assertThat(asked).as("no turn is lost").hasSize(4);
  }
}
