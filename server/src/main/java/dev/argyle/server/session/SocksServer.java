package dev.argyle.server.session;

import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.Admitted;
import dev.argyle.server.admission.Asker;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.ErrnoException;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamListener;
import dev.argyle.server.net.StreamSocket;
import dev.argyle.server.relay.RelayLoop;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SOCKS side of a server: its listeners, and the loops that its sessions live on. Where loops
 * can share a port, each has listeners of its own. Safe for any thread.
 */
public class SocksServer {

  private static final Logger LOG = LoggerFactory.getLogger(SocksServer.class);

  private final Services services;
  private final List<SessionLoop> loops;
  private final Placement placement;
  private final List<Integer> inherited;
  private final List<Listening> listeners = new CopyOnWriteArrayList<>();

  /** A listener and the loop that it belongs to. */
  private record Listening(SessionLoop loop, StreamListener listener) {}

  /**
   * @param sockets the event loops, at least one
   */
  public SocksServer(List<SocketLoop> sockets, Services services) {
    this(sockets, services, List.of());
  }

  /**
   * As above.
   *
   * @param inherited descriptors of listening sockets that this process was given; none: it opens
   *     its own
   */
  public SocksServer(List<SocketLoop> sockets, Services services, List<Integer> inherited) {
    this.services = services;
    this.inherited = List.copyOf(inherited);
    this.loops = sockets.stream().map(services::sessionLoop).toList();
    this.placement = new Placement(loops);
  }

  /**
   * Opens every listener, or none. Clients may connect from then on, and are accepted from {@link
   * #start} on. Where this process was given listeners, they are taken instead.
   *
   * @return where they listen, in order
   * @throws ListenFailure with words for the operator
   */
  public List<InetSocketAddress> listen(List<Endpoint> endpoints) throws ListenFailure {
    List<InetSocketAddress> found = new ArrayList<>();
    try {
      for (int i = 0; i < inherited.size(); i++) {
        found.add(adopt(inherited.get(i), loops.get(i % loops.size())));
      }
      for (Endpoint endpoint : inherited.isEmpty() ? endpoints : List.<Endpoint>of()) {
        found.add(open(endpoint));
      }
    } catch (ListenFailure failure) {
      stopListening();
      throw failure;
    }
    return found;
  }

  /** Whether the listeners are those that this process was given. */
  public boolean isGivenListeners() {
    return !inherited.isEmpty();
  }

  /** One loop accepts; clients are placed at all of them. */
  private InetSocketAddress adopt(int descriptor, SessionLoop loop) throws ListenFailure {
    String what = "socket " + descriptor + " of LISTEN_FDS";
    if (!loop.sockets().adopts()) {
      throw new ListenFailure(
          what, "sockets of systemd are taken on Linux only, and not with socks.relay: buffer");
    }
    try {
      StreamListener listener =
          on(loop, () -> loop.sockets().adopt(descriptor, new Accepting(loop)));
      listeners.add(new Listening(loop, listener));
      return listener.local();
    } catch (ErrnoException refused) {
      throw new ListenFailure(
          what,
          refused.errno() == Errno.EINVAL
              ? "it is no listening TCP socket; use ListenStream= with an address and a port, and"
                  + " Accept=no"
              : String.valueOf(refused.getMessage()));
    } catch (IOException failed) {
      throw new ListenFailure(what, String.valueOf(failed.getMessage()));
    }
  }

  /** Opens the loops' sockets of one listener; none accepts before all are open. */
  private InetSocketAddress open(Endpoint endpoint) throws ListenFailure {
    try {
      InetAddress address = InetAddress.getByName(endpoint.host());
      int asked = endpoint.port();
      boolean shared = loops.getFirst().sockets().sharesPorts();
      if (asked != 0) {
        SocketLoop first = loops.getFirst().sockets();
        on(loops.getFirst(), () -> checkedFree(first, address, asked));
      }
      int port = asked;
      for (SessionLoop loop : shared ? loops : loops.subList(0, 1)) {
        int wanted = port;
        StreamListener listener =
            on(loop, () -> loop.sockets().listen(address, wanted, true, new Accepting(loop)));
        listeners.add(new Listening(loop, listener));
        port = listener.local().getPort();
      }
      return new InetSocketAddress(address, port);
    } catch (UnknownHostException unknown) {
      throw new ListenFailure(endpoint, "no such host; give an address of this machine");
    } catch (IOException refused) {
      throw new ListenFailure(endpoint, String.valueOf(refused.getMessage()));
    }
  }

  /** Begins to accept. */
  public void start() {
    for (Listening one : listeners) {
      one.loop()
          .eventLoop()
          .execute(
              () -> {
                if (!one.listener().start()) {
                  one.listener().close();
                  services.cannotAccept(
                      "the system does not watch the listener at " + one.listener().local());
                }
              });
    }
  }

  private static boolean checkedFree(SocketLoop loop, InetAddress address, int port)
      throws ErrnoException {
    loop.checkFree(address, port);
    return true;
  }

  /** Takes the clients of one listener. */
  private final class Accepting implements StreamListener.Acceptor {

    private final SessionLoop own;

    Accepting(SessionLoop own) {
      this.own = own;
    }

    @Override
    public void accepted(StreamSocket socket, InetSocketAddress peer) {
      Admitted client = admits(peer.getAddress());
      if (client == null) {
        socket.resetOnClose();
        socket.close();
        return;
      }
      SessionLoop loop = placement.place(own);
      if (loop == own) {
        begin(loop, socket, peer, client);
        return;
      }
      try {
        loop.eventLoop()
            .execute(new Accepting(loop).guarded(() -> begin(loop, socket, peer, client)));
      } catch (RejectedExecutionException stopped) {
        giveUp(loop, socket, client);
        LOG.debug("the loop has ended", stopped);
      }
    }

    private @Nullable Admitted admits(InetAddress peer) {
      Admission admission = services.admission();
      return services.policy().believesProxyHeaderOf(peer)
          ? admission.admitsBalancer(peer, own.counters())
          : admission.admits(Door.SOCKS, peer, own.counters());
    }

    private void begin(
        SessionLoop loop, StreamSocket socket, InetSocketAddress peer, Admitted client) {
      if (client.isBalancer()) {
        new ProxyHeaderWait(loop, services, socket, peer, client).start();
        return;
      }
      ClientSession session;
      try {
        session = new ClientSession(loop, services, socket, peer, client);
      } catch (Throwable bug) { // nobody else knows the socket
        giveUp(loop, socket, client);
        throw bug;
      }
      session.start(new HandshakeStage(session), false);
    }

    private void giveUp(SessionLoop loop, StreamSocket socket, Admitted client) {
      loop.removeActive();
      socket.close();
      client.leaves();
    }

    @Override
    public void shortage(int errno) {
      services.cannotAccept(Errno.words(errno));
    }

    @Override
    public void onBug(Throwable bug) {
      own.counters().add(Counter.BUGS, 1);
      LOG.error("a client could not be accepted; this is a bug of Argyle", bug);
    }
  }

  /** Closes the listeners; sessions go on. Returns when it is done. */
  public void stopListening() {
    for (Listening one : listeners) {
      try {
        on(
            one.loop(),
            () -> {
              one.listener().close();
              return true;
            });
      } catch (IOException gone) {
        LOG.debug("closing a listener", gone);
      }
    }
    listeners.clear();
  }

  /** Ends every session. */
  public void endAll(EndReason reason) {
    for (SessionLoop loop : loops) {
      loop.eventLoop().execute(() -> loop.sweep().endAll(reason));
    }
  }

  /**
   * The addresses of a host as a client's request would find them, IPv6 first. Any thread.
   *
   * @return fails with {@link UnknownHostException}, which says why; whoever no longer waits
   *     cancels it
   */
  public CompletableFuture<List<InetAddress>> lookUp(Asker asker, Host host) {
    return NameLookup.begin(loops.getFirst(), asker, host);
  }

  /** Sessions that are open, an instant late. */
  public int sessions() {
    return loops.stream().mapToInt(SessionLoop::sessions).sum();
  }

  /**
   * What tunnels and handshakes hold of something that each loop has a part of, on all loops, an
   * instant late.
   *
   * @param octets held, or capacity
   */
  public long held(ToLongFunction<RelayLoop> octets) {
    return loops.stream().map(SessionLoop::relay).mapToLong(octets).sum();
  }

  /** Clients that have something to do, as far as is known: all but those whose tunnel rests. */
  int activeClients() {
    return loops.stream().mapToInt(SessionLoop::active).sum();
  }

  /** How often each loop looks at its deadlines, from now on. */
  public void sweepEvery(Duration selectorTimeout) {
    for (SessionLoop loop : loops) {
      loop.eventLoop().execute(() -> loop.sweep().every(selectorTimeout));
    }
  }

  /** Ends what is left, and gives back what the loops keep. */
  public void close() {
    stopListening();
    for (SessionLoop loop : loops) {
      loop.eventLoop()
          .execute(
              () -> {
                loop.sweep().end();
                loop.sweep().endAll(EndReason.DRAINED);
                loop.relay().close();
                loop.sockets().close();
              });
    }
  }

  /** Does something on a loop and waits for it; there or elsewhere. */
  private static <T> T on(SessionLoop loop, Callable<T> action) throws IOException {
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

  /** A listener could not be opened. */
  public static final class ListenFailure extends Exception {

    private static final long serialVersionUID = 1L;

    public ListenFailure(Endpoint endpoint, String why) {
      this(endpoint.toString(), why);
    }

    public ListenFailure(String where, String why) {
      super("cannot listen on " + where + ": " + why);
    }
  }
}
