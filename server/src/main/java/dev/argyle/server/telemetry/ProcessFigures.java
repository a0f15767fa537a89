package dev.argyle.server.telemetry;

import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * What this process takes of the machine, as Linux and the JVM tell it. Every method is cheap,
 * whatever the number of connections; any thread may call.
 */
public final class ProcessFigures {

  private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

  /** How long a count is good where counting costs a walk. */
  private static final long COUNT_NANOS = TimeUnit.SECONDS.toNanos(10);

  /** Linux tells processor time in these on every machine (USER_HZ, proc_pid_stat(5)). */
  private static final double TICKS_PER_SECOND = 100;

  private static final int USER_TICKS = 11; // words behind the command's name, from 0

  private static volatile Count counted = new Count(0, System.nanoTime() - COUNT_NANOS);

  private record Count(long descriptors, long atNanos) {}

  private ProcessFigures() {}

  /**
   * Descriptors that are open; 0: not known. Linux tells their number as the size of a folder since
   * 6.2; before that they are counted, every ten seconds at most.
   */
  public static long descriptors() {
    long told = DESCRIPTORS.toFile().length();
    return told > 0 ? told : walked();
  }

  private static long walked() {
    Count last = counted;
    long now = System.nanoTime();
    if (now - last.atNanos >= COUNT_NANOS) {
      try (Stream<Path> open = Files.list(DESCRIPTORS)) {
        last = new Count(open.count(), now);
      } catch (IOException elsewhere) { // not Linux
        last = new Count(0, now);
      }
      counted = last;
    }
    return last.descriptors;
  }

  /** Of the Java heap, in use, garbage included. */
  public static long heapOctets() {
    Runtime runtime = Runtime.getRuntime();
    return runtime.totalMemory() - runtime.freeMemory();
  }

  /** What the Java heap may take at most. */
  public static long heapLimitOctets() {
    return Runtime.getRuntime().maxMemory();
  }

  /** In RAM; 0: not known. */
  public static long residentOctets() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
          .findFirst()
          .orElse(0);
    } catch (IOException elsewhere) {
      return 0;
    }
  }

  /** Processor time of all threads, of the kernel for them included; NaN: not known. */
  public static double cpuSeconds() {
    try {
      String stat = Files.readString(Path.of("/proc/self/stat"));
      String[] words = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
      long ticks = Long.parseLong(words[USER_TICKS]) + Long.parseLong(words[USER_TICKS + 1]);
      return ticks / TICKS_PER_SECOND;
    } catch (IOException elsewhere) {
      return Double.NaN;
    }
  }

  /** Memory of direct buffers. The first call loads the JVM's management, some milliseconds. */
  public static long directOctets() {
    return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
        .filter(pool -> pool.getName().equals("direct"))
        .mapToLong(BufferPoolMXBean::getMemoryUsed)
        .sum();
  }

  /** Collections of garbage since the start. As {@link #directOctets} for the first call. */
  public static long collections() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
        .mapToLong(GarbageCollectorMXBean::getCollectionCount)
        .sum();
  }

  /** What they took, roughly the time for which everything stood still. */
  public static double collectionSeconds() {
    return ManagementFactory.getGarbageCollectorMXBeans().stream()
            .mapToLong(GarbageCollectorMXBean::getCollectionTime)
            .sum()
        / 1e3;
  }
}
