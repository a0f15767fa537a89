package dev.argyle.server.udp;

import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.io.IOException;
import java.net.BindException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/** Sockets of NIO, one call a datagram: for loops on NIO. */
final class NioUdpLoop extends UdpLoop {

  NioUdpLoop(IoEventLoop loop, LoopCounters counters) {
    super(loop, counters);
  }

  @Override
  public Opened open(InetAddress at, int firstPort, int lastPort) {
    int size = lastPort - firstPort + 1;
    int start = ThreadLocalRandom.current().nextInt(size);
    Refused why = Refused.NO_PORT;
    for (int i = 0; i < size && why == Refused.NO_PORT; i++) {
      switch (open(new InetSocketAddress(at, firstPort + (start + i) % size))) {
        case Open opened -> {
          return opened;
        }
        case Refused refused -> why = refused;
      }
    }
    return why;
  }

  private Opened open(InetSocketAddress local) {
    @Nullable DatagramChannel channel = null;
    try {
      channel =
          DatagramChannel.open(
              local.getAddress() instanceof Inet4Address
                  ? StandardProtocolFamily.INET
                  : StandardProtocolFamily.INET6);
      channel.configureBlocking(false);
      channel.bind(local);
      return new Open(new NioUdpPort(this, channel));
    } catch (BindException taken) {
      close(channel);
      return String.valueOf(taken.getMessage()).contains("in use")
          ? Refused.NO_PORT
          : Refused.NO_SUCH_ADDRESS;
    } catch (UnsupportedOperationException noSuchFamily) {
      return Refused.NO_SUCH_ADDRESS;
    } catch (IOException refused) {
      close(channel);
      return Refused.NO_RESOURCES;
    }
  }

  private static void close(@Nullable DatagramChannel channel) {
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException gone) {
        // It is closed all the same.
      }
    }
  }
}
