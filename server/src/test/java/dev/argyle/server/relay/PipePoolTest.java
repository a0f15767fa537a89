package dev.argyle.server.relay;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.relay.Holdings.Share;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A loop's pipes by themselves; the test's thread is the loop. */
@Tag("play")
class PipePoolTest {

  private static final int OCTETS = Splice.PIPE_OCTETS;
  private static final long PIPES = 8;

  private final FaultySyscalls calls = new FaultySyscalls(FaultySyscalls.Fault.NONE);
  private final LoopTurns.Loops loops =
      new LoopTurns.Loops(1, new DefaultThreadFactory("pipes", true), EpollIoHandler.newFactory());
  private final Counters counters = new Counters();
  private final Holdings lent = new Holdings(PIPES * OCTETS);
  private final PipePool pool = new PipePool(sockets(), lent, PIPES * OCTETS);
  private final Share ana = lent.join("ana");
  private final Share otto = lent.join("otto");

  private LinuxSocketLoop sockets() {
    IoEventLoop loop = loops.group().next();
    return new LinuxSocketLoop(loop, loops.turns(loop), counters.forLoop(), calls);
  }

  @AfterEach
  void end() throws Exception {
    pool.close();
    assertThat(Descriptors.open()).filteredOn(calls.pipes::contains).isEmpty();
    loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private Pipe borrow(int octets, Share share) {
    return Objects.requireNonNull(pool.borrow(octets, share), "a pipe");
  }

  private List<Pipe> all(Share share) {
    List<Pipe> pipes = new ArrayList<>();
    for (Pipe pipe = pool.borrow(OCTETS, share); pipe != null; ) {
      pipes.add(pipe);
      pipe = pool.borrow(OCTETS, share);
    }
    return pipes;
  }

  @Test
  void oneUsersReadersThatStopLeaveHalfOfThePipesToOthers() {
    List<Pipe> anas = all(ana);
    assertThat(anas).hasSize((int) PIPES / 2);
    assertThat(counters.sum(Counter.PIPE_SHORTAGES)).isEqualTo(1);
    List<Pipe> ottos = all(otto);
    assertThat(ottos).isNotEmpty();
    assertThat(anas.size() + ottos.size()).isLessThanOrEqualTo((int) PIPES);
    anas.forEach(pipe -> pool.discard(pipe, ana));
    ottos.forEach(pipe -> pool.giveBack(pipe, otto));
    assertThat(lent.heldOctets()).isZero();
  }

  @Test
  void anyPipeThatIsLargeEnoughServesWhateverTheBufferSizeIsNow() {
    Pipe large = borrow(OCTETS, ana);
    pool.giveBack(large, ana);
    for (int octets : new int[] {4096, OCTETS, 65_536, OCTETS}) {
      Pipe again = borrow(octets, ana);
      assertThat(again).isEqualTo(large);
      pool.giveBack(again, ana);
    }
    assertThat(calls.pipes).as("made once").hasSize(1);
  }

  @Test
  void smallPipesThatAreKeptMakeRoomForLargeOnes() {
    List<Pipe> small = new ArrayList<>();
    for (int i = 0; i < PIPES / 2; i++) {
      small.add(borrow(4096, ana));
      small.add(borrow(4096, otto));
      if (lent.room(otto) < OCTETS) {
        break;
      }
    }
    for (int i = 0; i < small.size(); i++) {
      pool.giveBack(small.get(i), i % 2 == 0 ? ana : otto);
    }
    List<Pipe> large = all(ana);
    assertThat(large).hasSize((int) PIPES / 2);
    large.forEach(pipe -> pool.giveBack(pipe, ana));
  }

  @Test
  void aPipeThatTheSystemCutsShortIsClosedAndNoOtherAskedForAtOnce() {
    calls.pipeOctets = 4096;
    assertThat(pool.borrow(OCTETS, ana)).isNull();
    assertThat(pool.borrow(OCTETS, ana)).isNull();
    assertThat(calls.pipes).as("asked once").hasSize(1);
    assertThat(lent.heldOctets()).isZero();
    assertThat(counters.sum(Counter.PIPE_SHORTAGES)).isEqualTo(2);
  }
}
