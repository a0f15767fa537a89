package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import dev.argyle.server.relay.FaultySyscalls.Fault;
import dev.argyle.server.telemetry.EndReason;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call that a tunnel makes fails in turn, in every way. Then either all octets have arrived,
 * or both sides are told; and in any case it ends once and nothing stays open.
 */
@Tag("fault")
@Timeout(120)
class TunnelFaultTest {

  /** After these a call is simply made again, or another way is taken: nothing may be lost. */
  private static final Set<Integer> HARMLESS = Set.of(0, Errno.EAGAIN, Errno.EINTR);

  /** A play takes fewer, but for one whose pieces are unusually small. */
  private static final int CALLS_AT_MOST = 60;

  private static final Stream UPWARD = new Stream(11, 200_000);
  private static final Stream DOWNWARD = new Stream(12, 60_000);

  @ParameterizedTest(name = "errno {0}; 0: a short count")
  @ValueSource(
      ints = {
        0,
        Errno.EAGAIN,
        Errno.EINTR,
        Errno.ECONNRESET,
        Errno.EPIPE,
        Errno.EMFILE,
        Errno.EINVAL,
        Errno.ENOMEM
      })
  void whicheverCallFailsNothingIsLeftOverAndTheEndIsToldOnce(int errno) throws Exception {
    int calls = play(new Fault(0, errno), false);
    for (int call = 1; call <= Math.min(calls, CALLS_AT_MOST); call++) {
      play(new Fault(call, errno), false);
    }
  }

  @ParameterizedTest(name = "errno {0}; 0: a short count")
  @ValueSource(ints = {0, Errno.EAGAIN, Errno.EINTR, Errno.ECONNRESET, Errno.EPIPE, Errno.EINVAL})
  void whicheverCallFailsWhileMemoryIsFullNothingIsSentTwice(int errno) throws Exception {
    int calls = play(new Fault(0, errno), true);
    for (int call = 1; call <= Math.min(calls, CALLS_AT_MOST); call++) {
      play(new Fault(call, errno), true);
    }
  }

  /** Plays once; answers how many calls it took. */
  private static int play(Fault fault, boolean full) throws Exception {
    FaultySyscalls calls = new FaultySyscalls(fault);
    try (TunnelRig rig = new TunnelRig(TunnelRig.Kind.LINUX, null, calls)) {
      if (full) {
        rig.othersHoldAllBut(0);
      }
      UPWARD.sendThrough(rig.client);
      DOWNWARD.sendThrough(rig.remote);
      rig.start();
      CompletableFuture<String> atRemote = Stream.hashOf(rig.remote);
      CompletableFuture<String> atClient = Stream.hashOf(rig.client);
      EndReason reason = rig.ends.reason(rig, fault + " at " + calls.struck);
      boolean complete =
          atRemote.get(10, TimeUnit.SECONDS).equals(UPWARD.hash())
              & atClient.get(10, TimeUnit.SECONDS).equals(DOWNWARD.hash());
      String what = fault + " at " + calls.struck + ", ended " + reason;
      if (HARMLESS.contains(fault.errno()) && !"linger".equals(calls.struck)) {
        assertThat(complete).as(what).isTrue();
        assertThat(reason).as(what).isEqualTo(EndReason.DONE);
      } else {
        assertThat(complete).as(what).isEqualTo(reason == EndReason.DONE);
      }
      rig.assertNothingIsLeft();
      return calls.calls;
    }
  }
}
