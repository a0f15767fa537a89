package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A collection stops every loop, so what relays octets leaves no garbage. Held by counting what the
 * loop's thread allocates. A system call costs 40 octets until the JIT has compiled it, so each
 * test repeats its load until a round has cost nothing.
 */
@Tag("program")
class RelayGarbageTest {

  private static final int ROUNDS = 200;
  private static final int EXCHANGES = 500;
  private static final int BULK_OCTETS = 16 << 20;

  private static final com.sun.management.ThreadMXBean THREADS =
      (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** A load on a tunnel that stands. */
  private interface Load {
    void run(TunnelRig rig) throws Exception;
  }

  /**
   * What the loop's thread allocates in the last of some rounds, which is the first with little.
   */
  private static long octetsAllocated(int little, Load load) throws Exception {
    try (TunnelRig rig = new TunnelRig(TunnelRig.Kind.LINUX, null)) {
      rig.client.setTcpNoDelay(true);
      rig.remote.setTcpNoDelay(true);
      rig.start();
      long allocated = Long.MAX_VALUE;
      for (int round = 0; round < ROUNDS && allocated >= little; round++) {
        long before = rig.call(THREADS::getCurrentThreadAllocatedBytes);
        load.run(rig);
        allocated = rig.call(THREADS::getCurrentThreadAllocatedBytes) - before;
      }
      return allocated;
    }
  }

  @Test
  void exchangesOfAStandingTunnelAllocateNothing() throws Exception {
    int little = EXCHANGES; // an octet each; an object of any kind has 16
    assertThat(octetsAllocated(little, RelayGarbageTest::exchange)).isLessThan(little);
  }

  private static void exchange(TunnelRig rig) throws IOException {
    byte[] data = new byte[64];
    for (int i = 0; i < EXCHANGES; i++) {
      rig.client.getOutputStream().write(data);
      rig.remote.getInputStream().readNBytes(data, 0, data.length);
      rig.remote.getOutputStream().write(data);
      rig.client.getInputStream().readNBytes(data, 0, data.length);
    }
  }

  @Test
  void bulkOfAStandingTunnelAllocatesNothing() throws Exception {
    int little = 1024; // of 16 MiB
    assertThat(octetsAllocated(little, RelayGarbageTest::bulk)).isLessThan(little);
  }

  private static void bulk(TunnelRig rig) throws Exception {
    OutputStream out = rig.remote.getOutputStream();
    Thread writer =
        Thread.startVirtualThread(
            () -> {
              byte[] block = new byte[1 << 16];
              try {
                for (int sent = 0; sent < BULK_OCTETS; sent += block.length) {
                  out.write(block);
                }
              } catch (IOException gone) {
                // the reader notices
              }
            });
    InputStream in = rig.client.getInputStream();
    byte[] block = new byte[1 << 16];
    int left = BULK_OCTETS;
    while (left > 0) {
      int got = in.read(block, 0, Math.min(left, block.length));
      assertThat(got).isPositive();
      left -= got;
    }
    writer.join();
  }
}
