package dev.argyle.server.udp;

import dev.argyle.server.telemetry.Counter;
import io.netty.channel.IoRegistration;
import io.netty.channel.nio.NioIoOps;
import io.netty.channel.nio.NioSelectableChannelIoHandle;
import io.netty.util.concurrent.Future;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.PortUnreachableException;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A channel of NIO at a loop of Netty's. */
final class NioUdpPort extends NioSelectableChannelIoHandle<DatagramChannel> implements UdpPort {

  private static final Logger LOG = LoggerFactory.getLogger(NioUdpPort.class);

  private final NioUdpLoop loop;
  private final DatagramChannel channel;
  private final InetSocketAddress local;
  private final ByteBuffer view;
  private @Nullable Reader reader;
  private @Nullable IoRegistration registration;
  private @Nullable InetSocketAddress lastDestination;
  private long lastHigh;
  private long lastLow;

  NioUdpPort(NioUdpLoop loop, DatagramChannel channel) throws IOException {
    super(channel);
    this.loop = loop;
    this.channel = channel;
    this.local = (InetSocketAddress) channel.getLocalAddress();
    this.view = loop.memory.duplicate();
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public boolean attach(Reader to) {
    reader = to;
    Future<IoRegistration> registered = loop.eventLoop().register(this);
    if (!registered.isSuccess()) {
      return false;
    }
    registration = registered.getNow();
    registration.submit(NioIoOps.READ);
    return true;
  }

  @Override
  protected void handle(DatagramChannel readable, SelectionKey key) {
    try {
      if (reader != null) {
        reader.readable(this);
      }
    } catch (RuntimeException | Error bug) {
      LOG.error("datagrams could not be handled; this is a bug in Argyle", bug);
    }
  }

  @Override
  public void again() {} // the selector tells as long as something is there

  @Override
  public int receive() {
    Inbox inbox = loop.inbox;
    int count = 0;
    int failures = 0;
    while (count < Inbox.SLOTS && channel.isOpen()) {
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
        if (++failures > Inbox.SLOTS) {
          break;
        }
      }
    }
    return count;
  }

  @Override
  public void send() {
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
      } catch (PortUnreachableException told) {
        loop.counters().add(Counter.UDP_ICMP_ERRORS, 1);
      } catch (IOException refused) {
        boolean tooBig = String.valueOf(refused.getMessage()).contains("too long");
        loop.drop(tooBig ? Counter.UDP_DROPPED_TOO_BIG : Counter.UDP_DROPPED_UNREACHABLE, 1);
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
  public void close() {
    reader = null;
    if (registration != null) {
      registration.cancel();
    }
    try {
      channel.close();
    } catch (IOException gone) {
      LOG.debug("close", gone); // it is closed all the same
    }
  }
}
