package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("unit")
@Timeout(60)
class ConnectionBlocksTest {

  private final ConnectionBlocks blocks = new ConnectionBlocks();

  private static LiveConnection connection(long number) {
    return new LiveConnection(number, 0, 0, InetAddress.getLoopbackAddress(), 1, _ -> {});
  }

  private LiveConnection put(long number) {
    LiveConnection connection = connection(number);
    blocks.put(connection);
    return connection;
  }

  @Test
  void whatHasGoneLeavesNothing() {
    List<LiveConnection> all = new ArrayList<>();
    for (int number = 1; number <= 10 * ConnectionBlocks.SIZE; number++) {
      all.add(put(number));
    }
    assertThat(blocks.count()).isEqualTo(10);
    Collections.shuffle(all, new Random(1));
    assertThat(all).allMatch(blocks::remove);
    assertThat(blocks.count()).isZero();
    assertThat(all).noneMatch(blocks::remove);
  }

  @Test
  void oneThatStaysIsFoundAmongThoseThatWent() {
    for (int number = 1; number <= 40; number++) {
      LiveConnection one = put(number);
      if (number != 17) {
        blocks.remove(one);
      }
    }
    assertThat(blocks.get(17)).isNotNull();
    assertThat(blocks.get(16)).isNull();
    assertThat(blocks.get(0)).isNull();
    assertThat(blocks.get(-1)).isNull();
    assertThat(blocks.get(Long.MAX_VALUE)).isNull();
    assertThat(blocks.after(0)).extracting(LiveConnection::id).containsExactly(17L);
    assertThat(blocks.after(16)).hasSize(1);
    assertThat(blocks.after(17)).isEmpty();
    assertThat(blocks.after(Long.MAX_VALUE - 1)).isEmpty();
  }

  @Test
  void fromManyThreadsEachGoesOnce() throws Exception {
    int count = 64 * ConnectionBlocks.SIZE;
    CountDownLatch begin = new CountDownLatch(1);
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      int first = i + 1;
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    awaitQuietly(begin);
                    for (int number = first; number <= count; number += 4) {
                      blocks.remove(put(number));
                    }
                  }));
    }
    begin.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(blocks.count()).isZero();
  }

  private static void awaitQuietly(CountDownLatch begin) {
    try {
      begin.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }
}
