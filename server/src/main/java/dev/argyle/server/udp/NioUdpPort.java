package dev.argyle.server.udp;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.NioErrno;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.telemetry.Counter;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/** A channel of NIO at a loop of Netty's. */
final class NioUdpPort extends UdpPort {

  private final NioUdpLoop loop;
  private final DatagramChannel channel;
  private final ByteBuffer view;
  private @Nullable IoRegistration registration;
  private @Nullable InetSocketAddress lastDestination;
  private long lastHigh;
  private long lastLow;

  NioUdpPort(NioUdpLoop loop, DatagramChannel channel) throws IOException {
    super(loop, (InetSocketAddress) channel.getLocalAddress());
    this.loop = loop;
    this.channel = channel;
    this.view = loop.memory.duplicate();
  }

  @Override
  boolean register() {
    Future<IoRegistration> registered = loop.eventLoop().register(new Handle(channel));
    if (!registered.isSuccess()) {
      return false;
    }
    registration = registered.getNow();
    registration.submit(NioIoOps.READ);
    return true;
  }

  /** The selector tells again of what is not read. */
  private final class Handle extends NioSelectableChannelIoHandle<DatagramChannel> {

    Handle(DatagramChannel channel) {
      super(channel);
    }

    @Override
    protected void handle(DatagramChannel readable, SelectionKey key) {
      guard(NioUdpPort.this::ready);
    }
  }

  @Override
  int receive(int most) {
    Inbox inbox = loop.inbox;
    int count = 0;
    int failures = 0;
    while (count < most && channel.isOpen()) {
      int start = Inbox.start(count);
      view.limit(start + Inbox.CAPACITY).position(start);
      try {
        if (!(channel.receive(view) instanceof InetSocketAddress source)) {
          break;
        }
        inbox.lengths[count] = view.position() - start;
        inbox.highs[count] = PackedAddress.high(source.getAddress());
        inbox.lows[count] = PackedAddress.low(source.getAddress());
        inbox.ports[count] = source.getPort();
        count++;
      } catch (IOException told) {
        loop.counters().add(Counter.UDP_ICMP_ERRORS, 1);
        if (++failures > most) {
          break;
        }
      }
    }
    return count;
  }

  @Override
  void send() {
    Outbox outbox = loop.outbox;
    outbox.begin();
    for (int i = 0; i < outbox.count; i++) {
      int start = outbox.starts[i];
      view.limit(start + outbox.lengths[i]).position(start);
      try {
        channel.send(view, destination(outbox, i));
        if (view.hasRemaining()) {
          loop.drop(Counter.UDP_DROPPED_WOULD_BLOCK, 1);
        } else {
          outbox.wasSent(i);
        }
      } catch (IOException refused) {
        int errno = NioErrno.of(refused);
        if (errno == Errno.ECONNREFUSED) { // of an earlier datagram
          loop.counters().add(Counter.UDP_ICMP_ERRORS, 1);
        } else {
          loop.drop(reason(errno), 1);
        }
      }
    }
    outbox.count = 0;
  }

  private InetSocketAddress destination(Outbox outbox, int i) {
    InetSocketAddress last = lastDestination;
    if (last == null
        || lastLow != outbox.lows[i]
        || lastHigh != outbox.highs[i]
        || last.getPort() != outbox.ports[i]) {
      lastHigh = outbox.highs[i];
      lastLow = outbox.lows[i];
      last = new InetSocketAddress(PackedAddress.unpack(lastHigh, lastLow), outbox.ports[i]);
      lastDestination = last;
    }
    return last;
  }

  @Override
  void release() {
    if (registration != null) {
      registration.cancel();
    }
    NioSocketLoop.close(channel);
  }
}
