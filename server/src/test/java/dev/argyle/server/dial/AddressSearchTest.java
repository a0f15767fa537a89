package dev.argyle.server.dial;

import static dev.argyle.server.dial.Family.IPV4;
import static dev.argyle.server.dial.Family.IPV6;
import static dev.argyle.server.dial.Literals.ip;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.Histogram;
import dev.argyle.wire.Host;
import io.netty.util.concurrent.ImmediateEventExecutor;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class AddressSearchTest implements AddressSearch.Listener {

  private final FakeResolver resolver = new FakeResolver();
  private final FakeTiming timing = new FakeTiming();
  private final Counters counters = new Counters();
  private final List<String> told = new ArrayList<>();
  private final List<String> namesChecked = new ArrayList<>();
  private Gate.Verdict verdict = Gate.Allowed.FROM_ANY;
  private Runnable whenTold = () -> {};
  private @Nullable Throwable bug;

  private final Gate gate =
      new Gate() {
        @Override
        public Verdict check(InetAddress address) {
          return verdict;
        }

        @Override
        public Verdict checkName(String name) {
          namesChecked.add(name);
          return verdict;
        }
      };

  @Override
  public void answered(Family family, List<InetAddress> addresses) {
    told.add(family + " " + addresses);
    whenTold.run();
  }

  @Override
  public void onBug(Throwable thrown) {
    bug = thrown;
  }

  private AddressSearch search(Host host) {
    return new Dialler(
            ImmediateEventExecutor.INSTANCE,
            resolver,
            new FakeConnector(),
            counters.shared(),
            timing)
        .search(Literals.SOMEBODY, host, gate, this);
  }

  private AddressSearch started(String name) {
    AddressSearch search = search(new Host.Name(name));
    search.start();
    return search;
  }

  @ParameterizedTest
  @ValueSource(strings = {"192.0.2.1", "::ffff:192.0.2.1", "[::ffff:192.0.2.1]"})
  void anAddressIsItsOwnAnswerAndItsFamilyTheLastToBeTold(String text) {
    assertThat(started(text).isOver()).isTrue();
    assertThat(told).containsExactly("IPV6 []", "IPV4 [/192.0.2.1]");
    assertThat(namesChecked).isEmpty();
    assertThat(resolver.asked).isNull();
  }

  @Test
  void anAddressNeedsNoText() {
    search(Host.of(ip("2001:db8::1"))).start();
    assertThat(told).containsExactly("IPV4 []", "IPV6 [/2001:db8:0:0:0:0:0:1]");
  }

  @Test
  void aNameIsAnsweredFamilyByFamily() {
    AddressSearch search = started("Example.org.");
    assertThat(namesChecked).containsExactly("example.org");
    assertThat(resolver.asked).isEqualTo("example.org");
    resolver.answer(IPV4, "192.0.2.1", "192.0.2.2");
    assertThat(search.isOver()).isFalse();
    assertThat(search.awaits(IPV6)).isTrue();
    resolver.answer(IPV6);
    assertThat(search.isOver()).isTrue();
    assertThat(told).containsExactly("IPV4 [/192.0.2.1, /192.0.2.2]", "IPV6 []");
  }

  @Test
  void aLookUpIsTimedOnceFromItsQuestionToTheLastAnswer() {
    started("example.org");
    timing.passMillis(30);
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(lookUps()).as("one answer is due").isZero();
    timing.passMillis(40);
    resolver.fail(IPV6, DialFailure.NAME_SERVER_FAILED);
    assertThat(lookUps()).isEqualTo(1);
    assertThat(counters.times(Histogram.NAME_LOOKUP).sumNanos())
        .isEqualTo(TimeUnit.MILLISECONDS.toNanos(70));
    started("192.0.2.1");
    verdict = new Gate.Denied("a rule");
    started("denied.example");
    assertThat(lookUps()).as("nobody was asked").isEqualTo(1);
  }

  @Test
  void aLookUpThatIsCancelledIsNotTimed() {
    AddressSearch search = started("example.org");
    resolver.answer(IPV4, "192.0.2.1");
    search.cancel();
    resolver.answer(IPV6);
    assertThat(lookUps()).isZero();
  }

  private long lookUps() {
    return Arrays.stream(counters.times(Histogram.NAME_LOOKUP).counts()).sum();
  }

  @Test
  void aNameWithoutAddressesIsNotFound() {
    AddressSearch search = started("example.org");
    resolver.answer(IPV6);
    resolver.answer(IPV4);
    assertThat(search.failure()).isEqualTo(Failure.of(DialFailure.NAME_NOT_FOUND));
  }

  @Test
  void aDeniedNameIsNotAskedForAndTheRuleIsTold() {
    verdict = new Gate.Denied("rule 3 at line 21 of the configuration");
    AddressSearch search = started("example.org");
    assertThat(resolver.asked).isNull();
    assertThat(told).containsExactly("IPV6 []", "IPV4 []");
    assertThat(search.failure())
        .isEqualTo(new Failure(DialFailure.DENIED, "rule 3 at line 21 of the configuration"));
  }

  @Test
  void whatIsNeitherNameNorAddressHasNoAddress() {
    AddressSearch search = started("127.1");
    assertThat(resolver.asked).isNull();
    assertThat(told).containsExactly("IPV6 []", "IPV4 []");
    assertThat(search.failure())
        .isEqualTo(new Failure(DialFailure.NAME_NOT_FOUND, "neither an address nor a host name"));
  }

  @Test
  void theFirstOfTheMostTellingFailuresIsKept() {
    AddressSearch search = started("example.org");
    resolver.fail(IPV6, DialFailure.NAME_SERVER_FAILED);
    resolver.answer(IPV4, "192.0.2.1", "192.0.2.2");
    verdict = new Gate.Denied("first");
    assertThat(search.ask(ip("192.0.2.1"))).isNull();
    verdict = new Gate.Denied("second");
    assertThat(search.ask(ip("192.0.2.2"))).isNull();
    search.note(Failure.of(DialFailure.REFUSED));
    assertThat(search.failure()).isEqualTo(new Failure(DialFailure.DENIED, "first"));
  }

  @Test
  void aSourceAddressOfTheOtherFamilyReachesNobody() {
    AddressSearch search = started("example.org");
    verdict = new Gate.Allowed(ip("2001:db8::2"));
    assertThat(search.ask(ip("2001:db8::1"))).isEqualTo(verdict);
    assertThat(search.ask(ip("192.0.2.1"))).isNull();
    assertThat(search.failure().why()).isEqualTo(DialFailure.NETWORK_UNREACHABLE);
    assertThat(search.failure().detail()).contains("2001:db8::2");
  }

  @Test
  void cancelledInsideAnAnswerNothingMoreIsTold() {
    AddressSearch search = search(new Host.Name("192.0.2.1"));
    whenTold = search::cancel;
    search.start();
    assertThat(told).hasSize(1);
  }

  @Test
  void cancelledInsideTheQuestionTheLookupEnds() {
    resolver.atOnce(() -> resolver.answer(IPV4, "192.0.2.1"));
    AddressSearch search = search(new Host.Name("example.org"));
    whenTold = search::cancel;
    search.start();
    assertThat(resolver.cancelled).isTrue();
    assertThat(told).hasSize(1);
  }

  @Test
  void cancelledLaterTheLookupEnds() {
    started("example.org").cancel();
    assertThat(resolver.cancelled).isTrue();
  }

  @Test
  void whatTheListenerThrowsIsToldToItAndNotToTheResolver() {
    started("example.org");
    whenTold =
        () -> {
          throw new LinkageError("a bug");
        };
    resolver.answer(IPV4, "192.0.2.1");
    assertThat(bug).hasMessage("a bug");
  }
}
