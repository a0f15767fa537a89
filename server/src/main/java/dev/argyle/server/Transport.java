package dev.argyle.server;

import dev.argyle.server.config.Socks;
import dev.argyle.server.net.LinuxSocketLoop;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.NioSocketLoop;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.SpareDescriptors;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which sockets the data plane runs on: Linux's, with splice, or NIO's. */
enum Transport {
  /** Sockets of the kernel on epoll, and splice(2). */
  SPLICE,
  /** Sockets of NIO, whose octets pass through a buffer. */
  BUFFER;

  private static final Logger LOG = LoggerFactory.getLogger(Transport.class);

  /**
   * Netty names channels after this machine, and looks through its interfaces for that: it warns
   * where there is only {@code lo}. Nobody reads these names beyond this process.
   */
  private static final String MACHINE_ID = "io.netty.machineId";

  /**
   * Netty's events of the flight recorder tell of its own buffers. The first buffer would make them
   * known to the recorder, which sets all of it up for that: a tenth of a start, and nobody
   * records.
   */
  private static final String BUFFER_EVENTS = "io.netty.jfr.enabled";

  /** Loads the native parts, so that choosing one is quick. */
  static void prepare() {
    byDefault(MACHINE_ID, "00:00:00:00:00:00:00:01");
    byDefault(BUFFER_EVENTS, "false");
    if (Epoll.isAvailable() && LinuxSyscalls.available()) {
      LinuxSyscalls.prepare();
    }
  }

  private static void byDefault(String property, String value) {
    if (System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }

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
   * How many loops there are.
   *
   * @param loops 0: one for each processor
   */
  static int count(int loops) {
    return loops > 0 ? loops : Runtime.getRuntime().availableProcessors();
  }

  /**
   * @param loops 0: one for each processor
   */
  LoopTurns.Loops loops(int loops) {
    return new LoopTurns.Loops(
        count(loops),
        new DefaultThreadFactory("loop", true),
        this == BUFFER ? NioIoHandler.newFactory() : EpollIoHandler.newFactory());
  }

  /**
   * What the sockets of each loop share.
   *
   * @param socks what is read of it at start
   */
  List<SocketLoop> sockets(LoopTurns.Loops loops, Counters counters, Socks socks) {
    List<SocketLoop> made = new ArrayList<>();
    SpareDescriptors spares = new SpareDescriptors();
    for (EventExecutor executor : loops.group()) {
      IoEventLoop loop = (IoEventLoop) executor;
      LoopTurns turns = loops.turns(loop);
      LoopCounters counted = counters.forLoop(turns.lag());
      SocketLoop sockets =
          switch (this) {
            case SPLICE -> new LinuxSocketLoop(loop, turns, counted, new LinuxSyscalls(), spares);
            case BUFFER -> new NioSocketLoop(loop, turns, counted, spares);
          };
      sockets.kernelBuffers(socks.kernelBuffers());
      sockets.keepAlive(Math.ceilDiv((int) socks.keepalive().toMillis(), 1000));
      made.add(sockets);
    }
    return made;
  }
}
