package dev.argyle.server.udp;

import dev.argyle.server.net.Binding;
import dev.argyle.server.net.NioErrno;
import dev.argyle.server.net.NioSocketLoop;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.DatagramChannel;
import org.jspecify.annotations.Nullable;

/** Sockets of NIO, one call for each datagram: for loops on NIO. */
final class NioUdpLoop extends UdpLoop {

  NioUdpLoop(NioSocketLoop loop, UdpMemory memory) {
    super(loop, memory);
  }

  @Override
  public Opened open(InetAddress at, int firstPort, int lastPort, @Nullable Binding by) {
    if (by != null && by.needsLinux()) {
      return Refused.NOT_PERMITTED;
    }
    if (!mayOpen()) {
      return Refused.NO_RESOURCES;
    }
    @Nullable DatagramChannel channel = null;
    try {
      DatagramChannel made = DatagramChannel.open(NioSocketLoop.family(at));
      channel = made;
      made.configureBlocking(false);
      int answer = bind(firstPort, lastPort, port -> bind(made, new InetSocketAddress(at, port)));
      if (answer == 0) {
        return new Open(new NioUdpPort(this, made));
      }
      NioSocketLoop.close(made);
      return Refused.of(-answer);
    } catch (UnsupportedOperationException noSuchFamily) {
      return Refused.NO_SUCH_ADDRESS;
    } catch (IOException refused) {
      NioSocketLoop.close(channel);
      return Refused.of(NioErrno.of(refused));
    }
  }

  private static int bind(DatagramChannel channel, InetSocketAddress local) {
    try {
      channel.bind(local);
      return 0;
    } catch (IOException refused) {
      return -NioErrno.of(refused);
    }
  }
}
