package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A loop whose sockets are lists: what is received is put there, what is sent is read there. */
final class RecordingLoop extends UdpLoop {

  final List<RecordingPort> opened = new ArrayList<>();
  boolean refuses;
  private final LoopCounters counted;

  RecordingLoop(IoEventLoop loop) {
    this(loop, new Counters().forLoop());
  }

  private RecordingLoop(IoEventLoop loop, LoopCounters counters) {
    super(loop, counters);
    this.counted = counters;
  }

  long count(Counter counter) {
    return counted.get(counter);
  }

  @Override
  public Opened open(InetAddress at, int firstPort, int lastPort) {
    if (refuses) {
      return Refused.NO_RESOURCES;
    }
    RecordingPort port = new RecordingPort(new InetSocketAddress(at, 1000 + opened.size()));
    opened.add(port);
    return new Open(port);
  }

  /** One of its sockets. */
  final class RecordingPort implements UdpPort {

    /** {@code address:port payload} in hexadecimal, one a datagram. */
    final List<String> sent = new ArrayList<>();

    private final InetSocketAddress local;
    private final List<InetSocketAddress> sources = new ArrayList<>();
    private final List<byte[]> waiting = new ArrayList<>();
    private @Nullable Reader reader;
    boolean closed;

    RecordingPort(InetSocketAddress local) {
      this.local = local;
    }

    void comes(InetSocketAddress from, byte[] datagram) {
      sources.add(from);
      waiting.add(datagram);
    }

    /** Tells the reader; returns this. */
    void ready() {
      if (reader != null) {
        reader.readable(this);
      }
    }

    @Override
    public InetSocketAddress local() {
      return local;
    }

    @Override
    public boolean attach(Reader to) {
      reader = to;
      return true;
    }

    @Override
    public int receive() {
      int count = Math.min(Inbox.SLOTS, waiting.size());
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
    public void again() {
      ready();
    }

    @Override
    public void send() {
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
    public void close() {
      closed = true;
      reader = null;
    }
  }
}
