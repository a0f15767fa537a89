package dev.argyle.server.udp;

import dev.argyle.server.net.Binding;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import io.netty.channel.IoEventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A loop whose sockets are lists: what is received is put there, what is sent is read there. */
final class RecordingLoop extends UdpLoop {

  final List<RecordingPort> opened = new ArrayList<>();
  private final Queue<LoopTurns.Turn> turns = new ArrayDeque<>();
  boolean refuses;
  final Set<InetAddress> notOurs = new HashSet<>();
  long nanos;

  /** How long each datagram takes that is received. */
  long nanosOfADatagram;

  RecordingLoop(LoopTurns.Loops loops) {
    this(loops, new UdpMemory(512 << 20));
  }

  RecordingLoop(LoopTurns.Loops loops, UdpMemory memory) {
    this((IoEventLoop) loops.group().next(), loops, memory);
  }

  private RecordingLoop(IoEventLoop loop, LoopTurns.Loops loops, UdpMemory memory) {
    super(new NioSocketLoop(loop, loops.turns(loop), new Counters().forLoop()), memory);
  }

  @Override
  long nanoTime() {
    return nanos;
  }

  @Override
  void later(LoopTurns.Turn turn) {
    turns.add(turn);
  }

  /** Who waits. */
  int turns() {
    return turns.size();
  }

  /** Gives one turn, to who waits longest. */
  void giveTurn() {
    turns.remove().turn();
  }

  /** Gives turns until nobody waits. */
  void giveTurns() {
    while (!turns.isEmpty()) {
      giveTurn();
    }
  }

  long count(Counter counter) {
    return counters().get(counter);
  }

  @Override
  public Opened open(InetAddress at, int firstPort, int lastPort, @Nullable Binding by) {
    if (notOurs.contains(at)) {
      return Refused.NO_SUCH_ADDRESS;
    }
    if (refuses) {
      return Refused.NO_RESOURCES;
    }
    RecordingPort port = new RecordingPort(new InetSocketAddress(at, 1000 + opened.size()));
    opened.add(port);
    return new Open(port);
  }

  /** One of its sockets. */
  final class RecordingPort extends UdpPort {

    /** {@code address:port payload} in hexadecimal, one a datagram. */
    final List<String> sent = new ArrayList<>();

    private final List<InetSocketAddress> sources = new ArrayList<>();
    private final List<byte[]> waiting = new ArrayList<>();
    boolean closed;

    /** Datagrams that came and are not received. */
    int left() {
      return waiting.size();
    }

    RecordingPort(InetSocketAddress local) {
      super(RecordingLoop.this, local);
    }

    void comes(InetSocketAddress from, byte[] datagram) {
      sources.add(from);
      waiting.add(datagram);
    }

    @Override
    boolean register() {
      return true;
    }

    @Override
    int receive(int most) {
      int count = Math.min(most, waiting.size());
      nanos += count * nanosOfADatagram;
      for (int slot = 0; slot < count; slot++) {
        byte[] datagram = waiting.removeFirst();
        InetSocketAddress source = sources.removeFirst();
        memory.put(Inbox.start(slot), datagram);
        inbox.lengths[slot] = datagram.length;
        inbox.highs[slot] = PackedAddress.high(source.getAddress());
        inbox.lows[slot] = PackedAddress.low(source.getAddress());
        inbox.ports[slot] = source.getPort();
      }
      return count;
    }

    @Override
    void send() {
      outbox.begin();
      for (int i = 0; i < outbox.count; i++) {
        byte[] octets = new byte[outbox.lengths[i]];
        memory.get(outbox.starts[i], octets);
        sent.add(
            PackedAddress.unpack(outbox.highs[i], outbox.lows[i]).getHostAddress()
                + ":"
                + outbox.ports[i]
                + " "
                + HexFormat.of().formatHex(octets));
        outbox.wasSent(i);
      }
      outbox.count = 0;
    }

    @Override
    void release() {
      closed = true;
    }
  }
}
