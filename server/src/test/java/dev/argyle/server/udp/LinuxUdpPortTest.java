package dev.argyle.server.udp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.DatagramCalls;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxDatagramCalls;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** Real sockets of the kernel, and calls that fail when the test says so. */
@EnabledOnOs(OS.LINUX)
@Tag("play")
class LinuxUdpPortTest {

  private static final InetAddress HERE = InetAddress.ofLiteral("127.0.0.1");
  private static final LoopTurns.Loops LOOPS =
      new LoopTurns.Loops(1, Thread::new, NioIoHandler.newFactory());
  private static final IoEventLoop LOOP = (IoEventLoop) LOOPS.group().next();

  private final LoopCounters counters = new Counters().forLoop();
  private final Failing calls = new Failing();
  private final LinuxUdpLoop loop =
      new LinuxUdpLoop(
          new LinuxSocketLoop(LOOP, LOOPS.turns(LOOP), counters, new LinuxSyscalls()),
          new UdpMemory(1 << 20),
          calls);
  private DatagramSocket remote;
  private UdpPort port;

  /** Answers what it is told before it calls the kernel. */
  private static final class Failing implements DatagramCalls {

    private final DatagramCalls kernel = new LinuxDatagramCalls();
    private final Queue<Integer> sends = new ArrayDeque<>();
    private final Queue<Integer> receives = new ArrayDeque<>();
    private int calls;

    @Override
    public int datagramSocket(boolean ipv6) {
      return kernel.datagramSocket(ipv6);
    }

    @Override
    public int receive(int fd, long messages, int count) {
      Integer told = receives.poll();
      return told == null ? kernel.receive(fd, messages, count) : told;
    }

    @Override
    public int send(int fd, long messages, int count) {
      calls++;
      Integer told = sends.poll();
      return told == null || told == 0 ? kernel.send(fd, messages, count) : told;
    }
  }

  @AfterAll
  static void loopsEnd() {
    LOOPS.group().shutdownGracefully();
  }

  @BeforeEach
  void open() throws IOException {
    remote = new DatagramSocket(0, HERE);
    remote.setSoTimeout(5000);
    port = opened(0, 0);
  }

  @AfterEach
  void close() {
    port.close();
    remote.close();
  }

  private UdpPort opened(int first, int last) {
    if (loop.open(HERE, first, last) instanceof UdpLoop.Open(UdpPort made)) {
      return made;
    }
    throw new AssertionError("a socket on the loopback");
  }

  private void add(int at, int length) {
    byte[] octets = new byte[length];
    Arrays.fill(octets, (byte) at);
    int start = Inbox.start(at);
    loop.memory.put(start, octets);
    loop.outbox.add(
        start, length, 0, 0, PackedAddress.low(remote.getLocalAddress()), remote.getLocalPort());
  }

  private List<Integer> received(int count) throws IOException {
    List<Integer> lengths = new ArrayList<>();
    byte[] buffer = new byte[70_000];
    for (int i = 0; i < count; i++) {
      DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
      remote.receive(packet);
      lengths.add(packet.getLength());
    }
    return lengths;
  }

  @Test
  void datagramsOfOneSizeAreSentInOneMessageAndArriveApart() throws IOException {
    for (int i = 0; i < 10; i++) {
      add(i, 100);
    }
    add(10, 40); // a shorter one ends the run
    add(11, 100);
    add(12, 0);
    add(13, 9000);
    port.send();
    assertThat(received(14))
        .containsExactly(100, 100, 100, 100, 100, 100, 100, 100, 100, 100, 40, 100, 0, 9000);
    assertThat(loop.outbox.sent).isEqualTo(14);
    assertThat(loop.outbox.sentOctets).isEqualTo(10_140);
    assertThat(loop.outbox.count).isZero();
  }

  @Test
  void aKernelThatDoesNotCutUpIsSentEachByItself() throws IOException {
    for (int refusal : new int[] {Errno.EINVAL, Errno.EMSGSIZE, Errno.EIO}) {
      UdpPort fresh = opened(0, 0);
      calls.sends.add(-refusal);
      add(0, 50);
      add(1, 50);
      fresh.send();
      assertThat(received(2)).containsExactly(50, 50);
      calls.calls = 0;
      add(0, 50);
      add(1, 50);
      fresh.send();
      assertThat(received(2)).containsExactly(50, 50);
      assertThat(calls.calls).as("it is not tried again").isEqualTo(1);
      fresh.close();
    }
  }

  @Test
  void aFullSendBufferDropsTheRest() {
    calls.sends.add(-Errno.EAGAIN);
    add(0, 10);
    add(1, 20);
    port.send();
    assertThat(loop.outbox.sent).isZero();
    assertThat(counters.get(Counter.UDP_DROPPED_WOULD_BLOCK)).isEqualTo(2);
  }

  @Test
  void aDatagramThatCannotBeSentDoesNotHoldUpTheNext() throws IOException {
    calls.sends.add(-Errno.ENETUNREACH);
    add(0, 10);
    add(1, 20);
    port.send();
    assertThat(received(1)).containsExactly(20);
    assertThat(counters.get(Counter.UDP_DROPPED_UNREACHABLE)).isEqualTo(1);
    calls.sends.add(-Errno.EMSGSIZE);
    add(0, 10);
    port.send();
    assertThat(counters.get(Counter.UDP_DROPPED_TOO_BIG)).isEqualTo(1);
  }

  @Test
  void whatIcmpToldIsCountedAndTheDatagramSentAllTheSame() throws IOException {
    calls.sends.add(-Errno.ECONNREFUSED);
    add(0, 10);
    port.send();
    assertThat(received(1)).containsExactly(10);
    assertThat(counters.get(Counter.UDP_ICMP_ERRORS)).isEqualTo(1);
    calls.sends.addAll(List.of(-Errno.ECONNREFUSED, -Errno.ECONNREFUSED));
    add(0, 10);
    port.send(); // and never for ever
    assertThat(loop.outbox.sent).isZero();
  }

  @Test
  void anErrorThatIsToldOnReceivingLeavesNoDatagramBehind() throws IOException {
    remote.send(new DatagramPacket(new byte[1], 1, HERE, port.local().getPort()));
    calls.receives.add(-Errno.ECONNREFUSED);
    assertThat(port.receive(Inbox.SLOTS)).isEqualTo(1);
    assertThat(counters.get(Counter.UDP_ICMP_ERRORS)).isEqualTo(1);
    calls.receives.addAll(List.of(-Errno.ECONNREFUSED, -Errno.ECONNREFUSED));
    assertThat(port.receive(Inbox.SLOTS)).as("and never for ever").isZero();
  }

  @Test
  void theWholeOfALargeDatagramIsReceivedWithItsSource() throws IOException {
    byte[] large = new byte[65_507];
    remote.send(new DatagramPacket(large, large.length, HERE, port.local().getPort()));
    assertThat(port.receive(Inbox.SLOTS)).isEqualTo(1);
    assertThat(loop.inbox.lengths[0]).isEqualTo(65_507);
    assertThat(loop.inbox.ports[0]).isEqualTo(remote.getLocalPort());
    assertThat(PackedAddress.unpack(loop.inbox.highs[0], loop.inbox.lows[0])).isEqualTo(HERE);
    assertThat(port.receive(Inbox.SLOTS)).isZero();
  }

  @Test
  void aRangeIsUsedUpAndThenRefused() {
    int free = port.local().getPort();
    assertThat(loop.open(HERE, free, free)).isEqualTo(UdpLoop.Refused.NO_PORT);
    port.close();
    UdpPort again = opened(free, free);
    assertThat(again.local().getPort()).isEqualTo(free);
    again.close();
  }

  @Test
  void anAddressOfAnotherMachineIsNoneToOpen() {
    assertThat(loop.open(InetAddress.ofLiteral("192.0.2.1"), 0, 0))
        .isEqualTo(UdpLoop.Refused.NO_SUCH_ADDRESS);
  }
}
