package dev.argyle.server;

import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.session.Driver;
import dev.argyle.server.session.NativeDriver;
import dev.argyle.server.session.NettyDriver;
import dev.argyle.server.session.Services;
import io.netty.channel.IoEventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The event loops, and what the data plane runs on: splice where the system has it, else Netty's
 * buffers.
 */
enum Transport {
  /** Bare sockets and splice(2). */
  SPLICE,
  /**
   * Netty's channels, on NIO: it tells unreachable hosts from unreachable networks, which Netty's
   * epoll channels do not.
   */
  BUFFER;

  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  /** What suits the configuration and this system; says so where they differ. */
  static Transport choose(Socks.RelayMode wanted) throws StartFailure {
    if (wanted == Socks.RelayMode.BUFFER) {
      return BUFFER;
    }
    boolean epoll = Epoll.isAvailable();
    boolean splice = epoll && LinuxSyscalls.available();
    return switch (wanted) {
      case BUFFER -> BUFFER;
      case SPLICE -> {
        if (!splice) {
          throw new StartFailure(
              "socks.relay: splice is not available (" + missing(epoll) + "); use auto or buffer",
              1);
        }
        yield SPLICE;
      }
      case AUTO -> {
        if (!splice) {
          LOG.warn(
              "relaying through buffers, which costs more CPU than splice: {}", missing(epoll));
        }
        yield splice ? SPLICE : BUFFER;
      }
    };
  }

  private static String missing(boolean epoll) {
    return epoll
        ? "this is not 64-bit Linux"
        : "epoll is not available: "
            + String.valueOf(Epoll.unavailabilityCause())
            + "; Java may need --enable-native-access=ALL-UNNAMED";
  }

  /**
   * @param loops 0: one a processor
   */
  IoEventLoopGroup loops(int loops) {
    int count = loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
    return new MultiThreadIoEventLoopGroup(
        count,
        new DefaultThreadFactory("loop", true),
        this == BUFFER ? NioIoHandler.newFactory() : EpollIoHandler.newFactory());
  }

  Driver driver(
      IoEventLoopGroup group, Services services, RelaySettings settings, NameResolver resolver) {
    return switch (this) {
      case SPLICE -> new NativeDriver(group, services, settings, resolver);
      case BUFFER ->
          new NettyDriver(
              group,
              NioServerSocketChannel::new,
              NioSocketChannel::new,
              services,
              settings,
              resolver);
    };
  }
}
