package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
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
    assertThat(second.get().scope().isAlive()).isFalse();
  }

  private static void awaitLatch(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void atLeastOneHashRuns() {
    assertThat(Hashing.slotsHere()).isPositive();
  }
}
