package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The contract between sockets of Linux, and what splice alone has. */
@Tag("play")
class LinuxTunnelTest extends TunnelContract {

  @Override
  protected TunnelRig rig() throws Exception {
    return new TunnelRig(TunnelRig.Kind.LINUX, null);
  }

  private static void passes(TunnelRig rig, int octets) throws Exception {
    rig.start();
    Stream upward = new Stream(3, octets);
    Stream downward = new Stream(4, octets);
    upward.sendThrough(rig.client);
    downward.sendThrough(rig.remote);
    CompletableFuture<String> atRemote = Stream.hashOf(rig.remote);
    CompletableFuture<String> atClient = Stream.hashOf(rig.client);
    assertThat(atRemote.get(20, TimeUnit.SECONDS)).isEqualTo(upward.hash());
    assertThat(atClient.get(20, TimeUnit.SECONDS)).isEqualTo(downward.hash());
    assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.DONE);
    rig.assertNothingIsLeft();
  }

  @ParameterizedTest(name = "pipes of {0} octets")
  @ValueSource(ints = {4096, 8192})
  void shortPipesOfAUserWhoHasTooManyAreNotUsedAndNothingIsLost(int pipeOctets) throws Exception {
    try (TunnelRig rig = rig()) {
      rig.calls.pipeOctets = pipeOctets;
      passes(rig, 3_000_000);
    }
  }

  @Test
  void withoutPipesItCopiesAndCountsTheShortage() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.calls.pipeOctets = 0;
      passes(rig, 3_000_000);
      assertThat(rig.count(Counter.DESCRIPTOR_SHORTAGES)).isPositive();
    }
  }

  @Test
  void withoutRoomOnTheHeapAndWithoutPipesEveryOctetArrivesAndNothingIsParked() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.othersHoldAllBut(0);
      passesBothWays(rig);
      assertThat(rig.count(Counter.CAREFUL_READS)).isPositive();
      assertThat(rig.count(Counter.PIPE_SHORTAGES)).isPositive();
    }
  }

  @Test
  void aTapSeesWhatIsLookedAtOnceThoughItIsReceivedTwice() throws Exception {
    try (TunnelRig rig = rig()) {
      AtomicLong seen = new AtomicLong();
      rig.ends.tap =
          (fromClient, octets) -> {
            seen.addAndGet(octets.remaining());
            return true;
          };
      rig.othersHoldAllBut(0);
      passesBothWays(rig);
      assertThat(seen).hasValue(4_000_000);
    }
  }

  @Test
  void anIdleTunnelHoldsNoPipe() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      Stream upward = new Stream(5, 1_000_000);
      upward.sendThrough(rig.client);
      assertThat(Stream.hashOf(rig.remote).get(20, TimeUnit.SECONDS)).isEqualTo(upward.hash());
      rig.onLoop(() -> {});
      assertThat(rig.ends.isOver()).as("the other direction is open").isFalse();
      rig.assertNoPipeIsLent();
    }
  }

  @Test
  void eventsThatWereMeantForEarlierSocketsEndNothing() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.staleEvents();
      assertThat(rig.ends.isOver()).isFalse();
      passesOn(rig);
    }
  }

  private static void passesOn(TunnelRig rig) throws Exception {
    rig.client.getOutputStream().write('a');
    assertThat(rig.remote.getInputStream().read()).isEqualTo('a');
    rig.remote.getOutputStream().write('b');
    assertThat(rig.client.getInputStream().read()).isEqualTo('b');
  }

  @Test
  void aMegabyteBufferMovesInPiecesOfTheLoopsOwn() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.settings.bufferOctets(1 << 20);
      passes(rig, 5_000_000);
    }
  }

  @Test
  void theSmallestBufferPassesEverything() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.settings.bufferOctets(4096);
      passes(rig, 1_000_000);
    }
  }

  @Test
  void urgentDataStaysInItsPlaceAndStopsNothing() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.client.getOutputStream().write(octets(100));
      rig.client.sendUrgentData('!');
      rig.client.getOutputStream().write(octets(100));
      byte[] got = rig.remote.getInputStream().readNBytes(201);
      assertThat(got).hasSize(201);
      assertThat(got[100]).isEqualTo((byte) '!');
      passesOn(rig);
    }
  }

  @Test
  void urgentDataThatWasReadCostsNoFurtherReceives() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.client.sendUrgentData('!');
      assertThat(rig.remote.getInputStream().read()).isEqualTo('!');
      passesOn(rig);
      int before = rig.call(() -> rig.calls.received);
      for (int i = 0; i < 100; i++) {
        passesOn(rig);
      }
      assertThat(rig.call(() -> rig.calls.received) - before).as("of 200 messages").isLessThan(250);
    }
  }

  @Test
  void aStreamBehindUrgentDataIsSplicedAgain() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.client.sendUrgentData('!');
      assertThat(rig.remote.getInputStream().read()).isEqualTo('!');
      int before = rig.call(() -> rig.calls.spliced);
      Stream upward = new Stream(7, 5_000_000);
      upward.sendThrough(rig.client);
      assertThat(Stream.hashOf(rig.remote).get(20, TimeUnit.SECONDS)).isEqualTo(upward.hash());
      assertThat(rig.call(() -> rig.calls.spliced) - before).isGreaterThan(10);
    }
  }

  @Test
  void urgentDataInAStreamThatIsSplicedStopsNothing() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      CompletableFuture<Integer> read =
          CompletableFuture.supplyAsync(
              () -> {
                try {
                  return rig.remote.getInputStream().readNBytes(3_000_010).length;
                } catch (java.io.IOException e) {
                  throw new java.io.UncheckedIOException(e);
                }
              },
              task -> Thread.ofVirtual().start(task));
      for (int i = 0; i < 10; i++) {
        rig.client.getOutputStream().write(octets(300_000));
        rig.client.sendUrgentData('!');
      }
      assertThat(read.get(20, TimeUnit.SECONDS)).isEqualTo(3_000_010);
    }
  }
}
