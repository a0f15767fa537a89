package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.EndReason;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SweepTest {

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final Sweep sweep = new Sweep(group.next());
  private final List<String> seen = new ArrayList<>();

  @AfterEach
  void end() {
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  /** Says its name, and then does something. */
  private final class Member extends SweepMember {
    private final String name;
    private Runnable then = () -> {};

    Member(String name) {
      this.name = name;
      sweep.add(this);
    }

    @Override
    protected void sweep(long nowNanos) {
      end(EndReason.DONE);
    }

    @Override
    protected void end(EndReason reason) {
      seen.add(name);
      then.run();
    }

    @Override
    public void onBug(Throwable bug) {
      seen.add(name + ": " + bug.getMessage());
    }
  }

  @Test
  void membersMayLeaveWhileItGoesOnThemselvesOrOneAnother() {
    Member a = new Member("a");
    Member b = new Member("b");
    Member c = new Member("c");
    Member d = new Member("d");
    d.then =
        () -> {
          sweep.remove(d);
          sweep.remove(c); // whose turn is next
        };
    b.then = () -> sweep.remove(b);
    sweep.endAll(EndReason.DRAINED);
    assertThat(seen).containsExactly("d", "b", "a");
    assertThat(sweep.size()).isEqualTo(1);
    sweep.remove(a);
    sweep.remove(a);
    assertThat(sweep.size()).isZero();
    sweep.endAll(EndReason.DRAINED);
    assertThat(seen).hasSize(3);
  }

  @Test
  void whoComesWhileItGoesOnWaitsForTheNext() {
    Member first = new Member("first");
    first.then = () -> new Member("later");
    sweep.endAll(EndReason.DRAINED);
    assertThat(seen).containsExactly("first");
    assertThat(sweep.size()).isEqualTo(2);
  }

  @Test
  void aMembersBugIsToldToItAloneAndTheOthersFollow() {
    new Member("a");
    new Member("b").then =
        () -> {
          throw new StackOverflowError("a bug");
        };
    sweep.endAll(EndReason.DRAINED);
    assertThat(seen).containsExactly("b", "b: a bug", "a");
  }

  @Test
  void itTicksAtItsPaceUntilItEnds() throws Exception {
    CountDownLatch ticks = new CountDownLatch(3);
    new Member("a").then = ticks::countDown;
    sweep.every(Duration.ofMillis(1));
    assertThat(ticks.await(10, TimeUnit.SECONDS)).isTrue();
    sweep.end();
  }

  /** Every reload sets the interval: one a minute stopped all deadlines. */
  @Test
  void settingTheIntervalAgainAndAgainDoesNotPostponeTheNextTick() throws Exception {
    CountDownLatch ticks = new CountDownLatch(2);
    group
        .next()
        .execute(
            () -> {
              new Member("a").then = ticks::countDown;
              sweep.every(Duration.ofMillis(100));
              reloadUntil(ticks);
            });
    assertThat(ticks.await(10, TimeUnit.SECONDS)).isTrue();
  }

  private void reloadUntil(CountDownLatch ticks) {
    if (ticks.getCount() > 0) {
      sweep.every(Duration.ofMillis(100));
      group.next().schedule(() -> reloadUntil(ticks), 1, TimeUnit.MILLISECONDS);
    }
  }

  @Test
  void longerIntervalBeginsBehindTheNextTickAndAShorterOneAtOnce() throws Exception {
    CountDownLatch ticks = new CountDownLatch(1);
    CountDownLatch soon = new CountDownLatch(2);
    group
        .next()
        .execute(
            () -> {
              new Member("a").then =
                  () -> {
                    ticks.countDown();
                    soon.countDown();
                  };
              sweep.every(Duration.ofMillis(50));
              sweep.every(Duration.ofDays(1));
            });
    assertThat(ticks.await(10, TimeUnit.SECONDS)).as("what was due already").isTrue();
    group.next().execute(() -> sweep.every(Duration.ofMillis(1)));
    assertThat(soon.await(10, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void nothingTicksWhileNobodyIsThere() throws Exception {
    CountDownLatch visited = new CountDownLatch(1);
    sweep.every(Duration.ofMillis(1));
    assertThat(sweep.isTicking()).isFalse();
    CompletableFuture<Boolean> ticking = new CompletableFuture<>();
    group
        .next()
        .execute(
            () -> {
              Member member = new Member("a");
              member.then =
                  () -> {
                    sweep.remove(member);
                    visited.countDown();
                    group.next().execute(() -> ticking.complete(sweep.isTicking()));
                  };
            });
    assertThat(visited.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(ticking.get(10, TimeUnit.SECONDS)).isFalse();
  }
}
