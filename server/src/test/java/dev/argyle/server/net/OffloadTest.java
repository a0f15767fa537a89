package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The test's thread is the loop. */
@Tag("unit")
class OffloadTest {

  private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
  private final List<Object> seen = new ArrayList<>();
  private final List<Throwable> bugs = new ArrayList<>();

  private <T> void compute(Supplier<T> work) throws InterruptedException {
    Offload.compute(loop::add, bugs::add, work, seen::add);
    Objects.requireNonNull(loop.poll(10, TimeUnit.SECONDS)).run();
  }

  @Test
  void workIsDoneOnAnotherThreadAndItsResultTakenOnTheLoop() throws Exception {
    compute(() -> Thread.currentThread().isVirtual() ? "result" : "the loop's own thread");
    assertThat(seen).containsExactly("result");
    assertThat(bugs).isEmpty();
  }

  @Test
  void anExceptionIsToldToTheOwnerOnTheLoop() throws Exception {
    IllegalArgumentException bug = new IllegalArgumentException();
    compute(
        () -> {
          throw bug;
        });
    assertThat(bugs).containsExactly(bug);
    assertThat(seen).isEmpty();
  }

  @Test
  void anErrorIsToldToo() throws Exception {
    StackOverflowError error = new StackOverflowError();
    compute(
        () -> {
          throw error;
        });
    assertThat(bugs).containsExactly(error);
  }

  @Test
  void whatTakingTheResultThrowsIsToldToo() throws Exception {
    IllegalStateException bug = new IllegalStateException();
    Offload.compute(
        loop::add,
        bugs::add,
        () -> "result",
        result -> {
          throw bug;
        });
    Objects.requireNonNull(loop.poll(10, TimeUnit.SECONDS)).run();
    assertThat(bugs).containsExactly(bug);
  }

  @Test
  void aLoopThatHasStoppedIsNoError() throws Exception {
    CountDownLatch refused = new CountDownLatch(1);
    Offload.compute(
        task -> {
          refused.countDown();
          throw new RejectedExecutionException();
        },
        bugs::add,
        () -> "result",
        seen::add);
    assertThat(refused.await(10, TimeUnit.SECONDS)).isTrue();
    assertThat(seen).isEmpty();
    assertThat(bugs).isEmpty();
  }
}
