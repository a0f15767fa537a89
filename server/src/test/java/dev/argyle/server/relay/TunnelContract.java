package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.EndReason;
import java.io.IOException;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What every tunnel does, whatever it is made of. */
@Timeout(60)
abstract class TunnelContract {

  abstract TunnelRig rig() throws Exception;

  private static String read(Socket socket, int octets) throws IOException {
    return new String(
        socket.getInputStream().readNBytes(octets), java.nio.charset.StandardCharsets.ISO_8859_1);
  }

  private static void write(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
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
      rig.start("first ".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
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

  @Test
  void aReaderThatStopsHoldsItsSenderBackAndCostsNoMoreThanTheBuffers() throws Exception {
    try (TunnelRig rig = rig()) {
      rig.start();
      rig.client.setSoTimeout(10_000);
      byte[] some = new byte[64 * 1024];
      CompletableFuture<Long> sent = new CompletableFuture<>();
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    try {
                      while (true) {
                        rig.client.getOutputStream().write(some);
                      }
                    } catch (IOException ended) {
                      sent.complete(rig.ends.up.get());
                    }
                  });
      // Nothing moves any more once every buffer on the way is full.
      long[] seen = {-1};
      Awaitility.await()
          .atMost(20, TimeUnit.SECONDS)
          .pollInterval(200, TimeUnit.MILLISECONDS)
          .until(
              () -> {
                long now = rig.ends.up.get();
                boolean stands = now > 0 && now == seen[0];
                seen[0] = now;
                return stands;
              });
      long held = rig.ends.up.get() - rig.counters.sum(Counter.RELAY_WRITE_OCTETS);
      assertThat(held)
          .as("received and not sent on")
          .isLessThanOrEqualTo((long) Direction.PIECE_GROWTH * TunnelRig.BUFFER_OCTETS);
      assertThat(rig.ends.isOver()).isFalse();
      rig.end(EndReason.KILLED);
      assertThat(rig.ends.reason(rig)).isEqualTo(EndReason.KILLED);
      sent.get(10, TimeUnit.SECONDS);
      sender.join();
      rig.assertNothingIsLeft();
    }
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

  static byte[] octets(int length) {
    byte[] all = new byte[length];
    Arrays.fill(all, (byte) 'x');
    return all;
  }
}
