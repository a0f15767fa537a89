package dev.argyle.server.session;

import dev.argyle.server.config.Endpoint;
import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.relay.RelaySettings;
import dev.argyle.server.relay.SpliceLoop;
import dev.argyle.server.telemetry.EndReason;
import io.netty.channel.IoEventLoop;
import io.netty.channel.IoEventLoopGroup;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SOCKS side on bare sockets: every event loop has its own listeners (SO_REUSEPORT), sessions
 * and tunnels.
 */
public final class NativeDriver implements Driver {

  /**
   * A client goes to the least busy loop if its own has so many more. REUSEPORT's hash is not fair
   * with few connections, and handing over costs a wake-up, so a small difference is left alone.
   */
  private static final int UNFAIR_BY = 3;

  private static final Logger LOG = LoggerFactory.getLogger(NativeDriver.class);

  private final Services services;
  private final List<NativeLoop> loops = new ArrayList<>();
  private final List<NativeListener> listeners = new CopyOnWriteArrayList<>();

  public NativeDriver(
      IoEventLoopGroup group, Services services, RelaySettings settings, NameResolver resolver) {
    this.services = services;
    for (EventExecutor executor : group) {
      SpliceLoop splice =
          new SpliceLoop(
              (IoEventLoop) executor,
              new LinuxSyscalls(),
              services.telemetry().counters().forLoop(),
              settings);
      loops.add(new NativeLoop(splice, resolver));
    }
  }

  @Override
  public List<InetSocketAddress> listen(List<Endpoint> endpoints) throws ListenFailure {
    List<InetSocketAddress> found = new ArrayList<>();
    try {
      for (Endpoint endpoint : endpoints) {
        found.add(open(endpoint));
      }
    } catch (ListenFailure failure) {
      stopListening();
      throw failure;
    }
    return found;
  }

  @Override
  public void start() {
    for (NativeListener listener : listeners) {
      listener.loop().eventLoop().execute(listener::start);
    }
  }

  /** Opens the loops' sockets of one listener; none accepts before all are open. */
  private InetSocketAddress open(Endpoint endpoint) throws ListenFailure {
    try {
      InetAddress address = InetAddress.getByName(endpoint.host());
      int port = endpoint.port() == 0 ? 0 : free(address, endpoint.port());
      for (NativeLoop loop : loops) {
        int wanted = port;
        NativeListener listener =
            on(
                loop,
                () ->
                    NativeListener.open(
                        loop,
                        address,
                        wanted,
                        accepting(loop),
                        errno -> services.cannotAccept(loop.counters(), Errno.words(errno))));
        listeners.add(listener);
        port = listener.local().getPort();
      }
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException unknown) {
      throw new ListenFailure(endpoint, "no such host; give an address of this machine");
    } catch (IOException refused) {
      throw new ListenFailure(endpoint, String.valueOf(refused.getMessage()));
    }
  }

  /**
   * Sockets that share their port also share it with another server of ours: so a plain one asks
   * first.
   */
  private int free(InetAddress address, int port) throws IOException {
    Syscalls calls = new LinuxSyscalls();
    int fd = calls.streamSocket(address.getAddress().length == 16);
    if (fd < 0) {
      throw new IOException(Errno.words(-fd));
    }
    calls.setOption(fd, SocketOption.SOL_SOCKET, SocketOption.SO_REUSEADDR, 1);
    int answer = calls.bind(fd, address, port);
    calls.close(fd);
    if (answer < 0) {
      throw new IOException(Errno.words(-answer));
    }
    return port;
  }

  private NativeListener.Accepting accepting(NativeLoop own) {
    return (fd, peer) -> {
      if (!services.admits(peer.getAddress(), own.counters())) {
        own.calls().resetOnClose(fd);
        own.calls().close(fd);
        return;
      }
      NativeLoop loop = placeFor(own);
      if (loop == own) {
        begin(loop, fd, peer);
      } else {
        loop.eventLoop().execute(() -> begin(loop, fd, peer));
      }
    };
  }

  private NativeLoop placeFor(NativeLoop own) {
    NativeLoop least = own;
    for (NativeLoop loop : loops) {
      if (loop.load() < least.load()) {
        least = loop;
      }
    }
    return own.load() - least.load() > UNFAIR_BY + least.load() / 4 ? least : own;
  }

  private void begin(NativeLoop loop, int fd, InetSocketAddress peer) {
    NativeSocket socket = new NativeSocket(fd);
    if (services.policy().believesProxyHeaderOf(peer.getAddress())) {
      new NativeProxyWait(loop, services, socket, peer).start();
    } else {
      new NativeSession(loop, services, socket, peer).start();
    }
  }

  @Override
  public void stopListening() {
    for (NativeListener listener : listeners) {
      try {
        on(
            listener.loop(),
            () -> {
              listener.close();
              return true;
            });
      } catch (IOException gone) {
        LOG.debug("closing a listener", gone);
      }
    }
    listeners.clear();
  }

  @Override
  public void endAll(EndReason reason) {
    for (NativeLoop loop : loops) {
      loop.eventLoop().execute(() -> loop.sweep().endAll(reason));
    }
  }

  @Override
  public int sessions() {
    return loops.stream().mapToInt(SessionLoop::load).sum();
  }

  @Override
  public void sweepEvery(Duration selectorTimeout) {
    for (NativeLoop loop : loops) {
      loop.eventLoop().execute(() -> loop.sweep().every(selectorTimeout));
    }
  }

  @Override
  public void close() {
    stopListening();
    for (NativeLoop loop : loops) {
      loop.eventLoop()
          .execute(
              () -> {
                loop.sweep().end();
                loop.sweep().endAll(EndReason.DRAINED);
                loop.splice().close();
              });
    }
  }

  /** Does something on a loop and waits for it; there or elsewhere. */
  private static <T> T on(NativeLoop loop, Callable<T> action) throws IOException {
    try {
      return loop.eventLoop().inEventLoop() ? action.call() : loop.eventLoop().submit(action).get();
    } catch (ExecutionException failed) {
      throw failed.getCause() instanceof IOException refused
          ? refused
          : new IOException(failed.getCause());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", interrupted);
    } catch (IOException refused) {
      throw refused;
    } catch (Exception bug) {
      throw new IllegalStateException(bug);
    }
  }
}
