package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.lang.foreign.MemorySegment;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class HashingTest {

  @Test
  void letsInAsManyAsRunAndWait() {
    Hashing hashing = new Hashing(2);
    int places = 2 * (1 + Hashing.WAITING_PER_SLOT);
    for (int i = 0; i < places; i++) {
      assertThat(hashing.enter()).isTrue();
    }
    assertThat(hashing.enter()).isFalse();
    hashing.leave();
    assertThat(hashing.enter()).isTrue();
    assertThat(hashing.enter()).isFalse();
  }

  @Test
  void memoryIsKeptForWhoWaitsAndFreedWhenNobodyDoes() throws Exception {
    Hashing hashing = new Hashing(1);
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    CompletableFuture<MemorySegment> first = new CompletableFuture<>();
    CompletableFuture<MemorySegment> second = new CompletableFuture<>();
    Thread.startVirtualThread(
        () ->
            hashing.run(
                null,
                memory -> {
                  begun.countDown();
                  awaitLatch(goOn);
                  return first.complete(memory.blocks(8));
                }));
    begun.await();
    Thread waiting =
        Thread.ofPlatform()
            .start(() -> hashing.run(null, memory -> second.complete(memory.blocks(8))));
    await().until(() -> waiting.getState() == Thread.State.WAITING);
    goOn.countDown();
    assertThat(second.get().address()).isEqualTo(first.get().address());
    waiting.join();
    await().until(() -> !second.get().scope().isAlive());
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A hash that takes seconds, on the threads that everybody needs, kept everybody waiting. */
  @Test
  void costlyHashKeepsNoOrdinaryOneWaiting() throws Exception {
    Hashing hashing = new Hashing(1);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch hold = new CountDownLatch(1);
    Thread costly =
        Thread.ofVirtual()
            .start(
                () ->
                    hashing.run(
                        CostlyHashTest.costly(),
                        memory -> {
                          inside.countDown();
                          awaitLatch(hold);
                          return true;
                        }));
    inside.await();
    for (int i = 0; i < 3; i++) {
      assertThat(hashing.<Boolean>run(null, _ -> true)).isTrue();
    }
    assertThat(costly.isAlive()).isTrue();
    hold.countDown();
    costly.join();
  }

  @Test
  void ordinaryHashesKeepNoCostlyOneWaiting() throws Exception {
    Hashing hashing = new Hashing(1);
    CountDownLatch inside = new CountDownLatch(1);
    CountDownLatch hold = new CountDownLatch(1);
    Thread ordinary =
        Thread.ofVirtual()
            .start(
                () ->
                    hashing.run(
                        null,
                        memory -> {
                          inside.countDown();
                          awaitLatch(hold);
                          return true;
                        }));
    inside.await();
    assertThat(hashing.<Boolean>run(CostlyHashTest.costly(), _ -> true)).isTrue();
    hold.countDown();
    ordinary.join();
  }

  /** They would keep the carriers of virtual threads. */
  @Test
  void hashesRunOnPlatformThreads() {
    assertThat(new Hashing(1).<Boolean>run(null, _ -> Thread.currentThread().isVirtual()))
        .isFalse();
  }

  @Test
  void whatAHashThrowsReachesItsLogin() {
    IllegalStateException bug = new IllegalStateException("a bug for this test");
    assertThatThrownBy(
            () ->
                new Hashing(1)
                    .run(
                        null,
                        _ -> {
                          throw bug;
                        }))
        .isSameAs(bug);
  }

  @Test
  void atLeastOneHashRuns() {
    assertThat(Hashing.slotsHere()).isPositive();
  }
}
