package dev.argyle.server.relay;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What every tunnel does, whatever its sockets are and however the client's octets are wrapped. */
@Timeout(60)
@Tag("play")
public abstract class TunnelContract {

  protected abstract TunnelRig rig() throws Exception;

  private static String read(Socket socket, int octets) throws IOException {
    return new String(socket.getInputStream().readNBytes(octets), ISO_8859_1);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(ISO_8859_1));
  }

  private static void reset(Socket socket) throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  private static void assertEnded(Socket socket) throws IOException {
    assertThat(socket.getInputStream().read()).as("end of stream").isEqualTo(-1);
  }

  private static void assertReset(Socket socket) {
    assertThatThrownBy(() -> socket.getInputStream().readAllBytes())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
  }

  @Test
  void whatTheClientSentWithItsRequestGoesFirst() throws Exception {
    try (TunnelRig rig = rig()) {
      write(rig.client, "second");
      rig.start("first ".getBytes(ISO_8859_1));
      assertThat(read(rig.remote, 12)).isEqualTo("first second");
    }
  }

  @Test
  void aClientThatEndsItsStreamFirstStillReceivesLongAfter() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      write(rig.client, "question");
      rig.client.shutdownOutput();
      assertThat(read(rig.remote, 8)).isEqualTo("question");
      assertEnded(rig.remote);
      write(rig.remote, "answer");
      assertThat(read(rig.client, 6)).isEqualTo("answer");
      write(rig.remote, "s");
      assertThat(read(rig.client, 1)).isEqualTo("s");
      rig.remote.shutdownOutput();
      assertEnded(rig.client);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.DONE);
      rig.assertNothingIsLeft();
      assertThat(rig.ends.up).hasValue(8);
      assertThat(rig.ends.down).hasValue(7);
    }
  }

  @Test
  void aDestinationThatEndsItsStreamFirstStillReceivesLongAfter() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.remote.shutdownOutput();
      assertEnded(rig.client);
      write(rig.client, "late");
      assertThat(read(rig.remote, 4)).isEqualTo("late");
      rig.client.shutdownOutput();
      assertEnded(rig.remote);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.DONE);
      rig.assertNothingIsLeft();
    }
  }

  @Test
  void whatWaitsForASlowReaderArrivesThoughBothSidesHaveEnded() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      Stream upward = new Stream(7, 3_000_000);
      CompletableFuture<Boolean> sent = upward.sendThrough(rig.client);
      rig.remote.shutdownOutput();
      assertEnded(rig.client);
      // Only now does the destination begin to read: the client's end may be known already.
      assertThat(Stream.hashOf(rig.remote).get(20, TimeUnit.SECONDS)).isEqualTo(upward.hash());
      assertThat(sent.get(10, TimeUnit.SECONDS)).isTrue();
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.DONE);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 70_000, 5_000_000})
  void everyOctetArrivesInBothDirectionsAtOnceWhateverThePiecesAre(int octets) throws Exception {
    try (TunnelRig rig = rig()) {
      Stream upward = new Stream(1, octets);
      Stream downward = new Stream(2, octets);
      upward.sendThrough(rig.client);
      rig.start();
      downward.sendThrough(rig.remote);
      CompletableFuture<String> atRemote = Stream.hashOf(rig.remote);
      CompletableFuture<String> atClient = Stream.hashOf(rig.client);
      assertThat(atRemote.get(20, TimeUnit.SECONDS)).isEqualTo(upward.hash());
      assertThat(atClient.get(20, TimeUnit.SECONDS)).isEqualTo(downward.hash());
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.DONE);
      assertThat(rig.ends.up).hasValue(octets);
      assertThat(rig.ends.down).hasValue(octets);
      rig.assertNothingIsLeft();
    }
  }

  @Test
  void aResetOfTheClientIsPassedOnAsAReset() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      write(rig.client, "x");
      assertThat(read(rig.remote, 1)).isEqualTo("x");
      reset(rig.client);
      assertReset(rig.remote);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.RESET_BY_CLIENT);
      assertThat(rig.count(Counter.RESETS_PASSED_ON)).isEqualTo(1);
      rig.assertNothingIsLeft();
    }
  }

  @Test
  void aResetOfTheDestinationIsPassedOnAsAReset() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      write(rig.remote, "x");
      assertThat(read(rig.client, 1)).isEqualTo("x");
      reset(rig.remote);
      assertReset(rig.client);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.RESET_BY_DESTINATION);
      rig.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = EndReason.class,
      names = {"KILLED", "USER_REMOVED", "DRAINED", "BUG"})
  void aStreamThatWeCutIsResetOnBothSides(EndReason why) throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      write(rig.remote, "some of it");
      assertThat(read(rig.client, 10)).isEqualTo("some of it");
      rig.end(why);
      assertReset(rig.client);
      assertReset(rig.remote);
      rig.assertNothingIsLeft();
    }
  }

  @Test
  void theEndOfOneDirectionMakesNoWholeStreamOfTheOther() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.client.shutdownOutput();
      assertEnded(rig.remote);
      write(rig.remote, "some of it");
      assertThat(read(rig.client, 10)).isEqualTo("some of it");
      rig.end(EndReason.KILLED);
      assertReset(rig.client);
    }
  }

  @Test
  void anIdleTunnelWithNothingUnderWayEndsOrderlyOnBothSides() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      write(rig.remote, "all of it");
      assertThat(read(rig.client, 9)).isEqualTo("all of it");
      rig.end(EndReason.IDLE_TIMEOUT);
      assertEnded(rig.client);
      assertEnded(rig.remote);
      rig.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anIdleTunnelWhoseReaderHasOctetsToComeIsReset(boolean up) throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      Thread sending = sendWithoutEnd(up ? rig.client : rig.remote);
      awaitStandstill(rig);
      rig.end(EndReason.IDLE_TIMEOUT);
      sending.join();
      assertReset(up ? rig.remote : rig.client);
    }
  }

  private static Thread sendWithoutEnd(Socket sender) {
    byte[] some = new byte[64 * 1024];
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  sender.getOutputStream().write(some);
                }
              } catch (IOException ended) {
                return;
              }
            });
  }

  /** Nothing moves any more once every buffer on the way is full. */
  private static void awaitStandstill(TunnelRig rig) {
    long[] seen = {-1};
    Awaitility.await()
        .atMost(20, TimeUnit.SECONDS)
        .pollInterval(200, TimeUnit.MILLISECONDS)
        .until(
            () -> {
              long now = rig.count(Counter.RELAY_READ_OCTETS);
              boolean stands = now > 0 && now == seen[0];
              seen[0] = now;
              return stands;
            });
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReaderThatStopsHoldsItsSenderBackAndCostsNoMoreThanTheBuffers(boolean up) throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      Thread sending = sendWithoutEnd(up ? rig.client : rig.remote);
      awaitStandstill(rig);
      long held =
          up
              ? rig.ends.up.get() - rig.count(Counter.RELAY_WRITE_OCTETS)
              : rig.count(Counter.RELAY_READ_OCTETS) - rig.ends.down.get();
      assertThat(held)
          .as("received and not sent on")
          .isLessThanOrEqualTo((long) Splice.PIECE_GROWTH * TunnelRig.BUFFER_OCTETS);
      assertThat(rig.ends.isOver()).isFalse();
      rig.end(EndReason.KILLED);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.KILLED);
      sending.join();
      rig.assertNothingIsLeft();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aReaderThatStopsLeavesNextToNothingOnAHeapThatIsFull(boolean up) throws Exception {
    try (TunnelRig rig = rig()) {
      rig.othersHoldAllBut(0);
      rig.start();
      Thread sending = sendWithoutEnd(up ? rig.client : rig.remote);
      awaitStandstill(rig);
      assertThat(rig.heldOctets()).isLessThanOrEqualTo(4 * Direction.LEAST_OCTETS);
      assertThat(rig.count(Counter.CAREFUL_READS)).isPositive();
      rig.end(EndReason.KILLED);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.KILLED);
      sending.join();
      assertThat(rig.heldOctets()).as("all is given back").isZero();
      rig.assertNothingIsLeft();
    }
  }

  @Test
  void everyOctetArrivesThoughOthersHoldMostMemory() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.othersHoldAllBut(300_000);
      passesBothWays(rig);
    }
  }

  @Test
  void whatHadNoMemoryGoesOnWhenOthersGiveItBack() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.othersHoldAllBut(0);
      Stream upward = new Stream(51, 500_000);
      Stream downward = new Stream(52, 500_000);
      upward.sendThrough(rig.client);
      downward.sendThrough(rig.remote);
      rig.start();
      CompletableFuture<String> atRemote = Stream.hashOf(rig.remote);
      CompletableFuture<String> atClient = Stream.hashOf(rig.client);
      rig.othersGiveBackTheHeap();
      rig.onLoop(() -> rig.tunnel().sweep());
      assertThat(atRemote.get(20, TimeUnit.SECONDS)).isEqualTo(upward.hash());
      assertThat(atClient.get(20, TimeUnit.SECONDS)).isEqualTo(downward.hash());
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.DONE);
      assertThat(rig.heldOctets()).isZero();
    }
  }

  static void passesBothWays(TunnelRig rig) throws Exception {
    Stream upward = new Stream(41, 2_000_000);
    Stream downward = new Stream(42, 2_000_000);
    rig.start();
    upward.sendThrough(rig.client);
    downward.sendThrough(rig.remote);
    CompletableFuture<String> atRemote = Stream.hashOf(rig.remote);
    CompletableFuture<String> atClient = Stream.hashOf(rig.client);
    assertThat(atRemote.get(20, TimeUnit.SECONDS)).isEqualTo(upward.hash());
    assertThat(atClient.get(20, TimeUnit.SECONDS)).isEqualTo(downward.hash());
    assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.DONE);
    assertThat(rig.ends.up).hasValue(2_000_000);
    assertThat(rig.ends.down).hasValue(2_000_000);
    assertThat(rig.heldOctets()).as("all is given back").isZero();
    rig.assertNothingIsLeft();
  }

  @Test
  void endingTwiceTellsOnce() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.end(EndReason.KILLED);
      rig.end(EndReason.DRAINED);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.KILLED);
      rig.assertNothingIsLeft();
    }
  }

  @Test
  void octetsInEitherDirectionKeepATunnelFromBeingIdleAndNothingElseDoes() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      long before = rig.call(() -> rig.tunnel().lastActiveNanos());
      write(rig.client, "x");
      assertThat(read(rig.remote, 1)).isEqualTo("x");
      long afterUp = rig.call(() -> rig.tunnel().lastActiveNanos());
      assertThat(afterUp - before).isPositive();
      write(rig.remote, "x");
      assertThat(read(rig.client, 1)).isEqualTo("x");
      long afterDown = rig.call(() -> rig.tunnel().lastActiveNanos());
      assertThat(afterDown - afterUp).isPositive();
      rig.client.setKeepAlive(true);
      assertThat(rig.<Long>call(() -> rig.tunnel().lastActiveNanos())).isEqualTo(afterDown);
    }
  }

  @Test
  void aTapSeesThePlainOctetsOfBothDirectionsOnceAndInOrderWhileItWantsMore() throws Exception {
    try (TunnelRig rig = rig()) {
      ByteArrayOutputStream up = new ByteArrayOutputStream();
      ByteArrayOutputStream down = new ByteArrayOutputStream();
      rig.ends.tap =
          (fromClient, octets) -> {
            byte[] some = new byte[octets.remaining()];
            octets.get(some);
            (fromClient ? up : down).writeBytes(some);
            return up.size() < 300_000 || down.size() < 300_000;
          };
      Stream upward = new Stream(21, 1_000_000);
      Stream downward = new Stream(22, 1_000_000);
      rig.start("first".getBytes(ISO_8859_1));
      assertThat(read(rig.remote, 5)).isEqualTo("first");
      upward.sendThrough(rig.client);
      downward.sendThrough(rig.remote);
      CompletableFuture<String> atRemote = Stream.hashOf(rig.remote);
      CompletableFuture<String> atClient = Stream.hashOf(rig.client);
      assertThat(atRemote.get(20, TimeUnit.SECONDS)).isEqualTo(upward.hash());
      assertThat(atClient.get(20, TimeUnit.SECONDS)).isEqualTo(downward.hash());
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.DONE);
      byte[] seenUp = up.toByteArray();
      assertThat(seenUp).hasSizeGreaterThanOrEqualTo(300_000).startsWith('f', 'i', 'r', 's', 't');
      assertThat(Arrays.copyOfRange(seenUp, 5, seenUp.length))
          .isEqualTo(Arrays.copyOf(upward.content(), seenUp.length - 5));
      assertThat(down.toByteArray())
          .hasSizeGreaterThanOrEqualTo(300_000)
          .isEqualTo(Arrays.copyOf(downward.content(), down.size()));
    }
  }

  @Test
  void aTapThatThrowsIsAskedNoMoreAndCostsTheTunnelNothing() throws Exception {
    try (TunnelRig rig = rig()) {
      AtomicInteger asked = new AtomicInteger();
      rig.ends.tap =
          (fromClient, octets) -> {
            asked.incrementAndGet();
            throw new StackOverflowError("a bug, for this test");
          };
      rig.start();
      write(rig.client, "x");
      assertThat(read(rig.remote, 1)).isEqualTo("x");
      write(rig.remote, "y");
      assertThat(read(rig.client, 1)).isEqualTo("y");
      assertThat(asked).hasValue(1);
      assertThat(rig.count(Counter.BUGS)).isEqualTo(1);
      assertThat(rig.ends.isOver()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2_000_000})
  void whatItsOwnerThrowsIsToldToTheOwnerAndEndsThisTunnel(int octets) throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.ends.whenCounting =
          () -> {
            if (rig.ends.up.get() >= octets) {
              throw new NoClassDefFoundError("a bug, for this test");
            }
          };
      new Stream(31, octets).sendThrough(rig.client);
      Stream.hashOf(rig.remote).get(20, TimeUnit.SECONDS);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.BUG);
      assertThat(rig.ends.bugs).singleElement().isInstanceOf(NoClassDefFoundError.class);
      rig.assertNothingIsLeft();
    }
  }

  @Test
  void itsOwnerMayEndItWhileItCounts() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.ends.whenCounting = () -> rig.tunnel().end(EndReason.KILLED);
      write(rig.client, "x");
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.KILLED);
      rig.assertNothingIsLeft();
    }
  }

  static byte[] octets(int length) {
    byte[] all = new byte[length];
    Arrays.fill(all, (byte) 'x');
    return all;
  }
}
