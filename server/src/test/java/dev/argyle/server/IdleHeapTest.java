package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class IdleHeapTest {

  private static final long AT_START = 20L << 20;

  private long events;
  private long octets = AT_START;
  private int collections;
  private final IdleHeap heap =
      new IdleHeap(
          () -> events,
          () -> octets,
          () -> {
            collections++;
            octets = AT_START + (1 << 20);
          });

  private void look(long newEvents) {
    events += newEvents;
    heap.look();
  }

  /** It was kept for ever: 70 MB, of which 13 lived. */
  @Test
  void heapThatABusyTimeHasMadeGrowIsGivenBackOnceItIsOver() {
    octets = 70L << 20;
    look(IdleHeap.IDLE_EVENTS);
    assertThat(collections).as("nobody is stopped while there is work").isZero();
    look(IdleHeap.IDLE_EVENTS - 1);
    assertThat(collections).isEqualTo(1);
    assertThat(octets).isLessThan(30L << 20);
  }

  /** Half of what the launcher says of the heap is there for this: it is read from it. */
  @Test
  void heapOfAProcessWithTheFlagsOfTheLauncherIsGivenBack(@TempDir Path folder) throws Exception {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(heapFlags());
    command.addAll(
        List.of("-cp", System.getProperty("java.class.path"), GrownHeap.class.getName()));
    Path said = folder.resolve("said");
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(said.toFile()).start();
    try {
      assertThat(process.waitFor(5, TimeUnit.MINUTES)).as("it ends").isTrue();
      assertThat(process.exitValue()).as(Files.readString(said)).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  private static List<String> heapFlags() throws IOException {
    String line =
        Files.readAllLines(Path.of("..", "argyle")).stream()
            .filter(one -> one.contains("-XX:+UseSerialGC"))
            .findFirst()
            .orElseThrow();
    return Arrays.stream(line.trim().split(" +")).filter(word -> word.startsWith("-X")).toList();
  }

  @Test
  void itIsCollectedOnceAfterABusyTimeAlsoIfThatHelpsNothing() {
    octets = 70L << 20;
    for (int i = 0; i < 10; i++) {
      look(0);
      octets = 70L << 20;
    }
    assertThat(collections).isEqualTo(1);
    look(IdleHeap.IDLE_EVENTS);
    look(0);
    assertThat(collections).isEqualTo(2);
  }

  @Test
  void heapThatHasHardlyGrownIsLeftAlone() {
    octets = AT_START + IdleHeap.WORTH_OCTETS - 1;
    look(0);
    assertThat(collections).isZero();
    octets++;
    look(0);
    assertThat(collections).isEqualTo(1);
  }
}
