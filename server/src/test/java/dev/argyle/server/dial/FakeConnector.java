package dev.argyle.server.dial;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.net.Binding;
import dev.argyle.server.net.Connector;
import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LoopTurns;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketLoop;
import dev.argyle.server.net.StreamSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes numbers for sockets, keeps count of them, and does what a test says. */
final class FakeConnector implements Connector {

  /** All that was tried, in order, as text. */
  final List<String> tried = new ArrayList<>();

  final List<@Nullable InetAddress> sources = new ArrayList<>();
  private final Map<String, Integer> failAtOnce = new LinkedHashMap<>();
  private final Map<String, Integer> unbound = new LinkedHashMap<>();
  private final Map<String, Integer> failFrom = new LinkedHashMap<>();
  private final Map<String, Boolean> connectAtOnce = new LinkedHashMap<>();
  private final Map<String, Pending> pending = new LinkedHashMap<>();

  /** Steps that wait for {@link #giveTurns}; null: each is served at once. */
  private @Nullable List<LoopTurns.Step> waiting;

  private int opened;
  private int closed;

  /** Sockets cannot be bound to this address. */
  void unbound(String source, int errno) {
    unbound.put(source, errno);
  }

  /** Connects from this address fail. */
  void failFrom(String source, int errno) {
    failFrom.put(source, errno);
  }

  void failAtOnce(String address, int errno) {
    failAtOnce.put(address, errno);
  }

  void connectAtOnce(String address) {
    connectAtOnce.put(address, true);
  }

  @Override
  public Attempt connect(InetSocketAddress to, @Nullable Binding source, Outcome outcome) {
    String address = to.getAddress().getHostAddress().replace("0:0:0:0:0:0:0:", "::");
    tried.add(address);
    sources.add(source == null ? null : source.address());
    opened++;
    Pending attempt = new Pending(outcome);
    Integer failure = failAtOnce.get(address);
    Integer refusal =
        source == null || source.address() == null
            ? null
            : unbound.get(source.address().getHostAddress());
    Integer usedUp =
        source == null || source.address() == null
            ? null
            : failFrom.get(source.address().getHostAddress());
    if (refusal != null) {
      attempt.unbound(refusal);
      return Attempt.OVER;
    } else if (usedUp != null) {
      attempt.fail(usedUp);
      return Attempt.OVER;
    } else if (failure != null) {
      attempt.fail(failure);
    } else if (connectAtOnce.containsKey(address)) {
      attempt.connect();
    } else {
      pending.put(address, attempt);
    }
    return attempt;
  }

  void holdSteps() {
    waiting = new ArrayList<>();
  }

  void giveTurns() {
    List<LoopTurns.Step> steps = requireNonNull(waiting);
    waiting = new ArrayList<>();
    steps.forEach(FakeConnector::serve);
  }

  @Override
  public void soon(LoopTurns.Step step) {
    if (waiting == null) {
      serve(step);
    } else {
      waiting.add(step);
    }
  }

  private static void serve(LoopTurns.Step step) {
    step.guard(step::turn);
  }

  void connect(String address) {
    taken(address).connect();
  }

  void fail(String address, int errno) {
    taken(address).fail(errno);
  }

  /** As net does it: the socket is closed, and then the outcome is told. */
  void bug(String address, Throwable bug) {
    taken(address).cancel();
    taken(address).outcome.onBug(bug);
  }

  boolean isCancelled(String address) {
    return taken(address).cancelled;
  }

  private Pending taken(String address) {
    return requireNonNull(pending.get(address), () -> "no attempt at " + address);
  }

  /** Sockets neither closed nor handed over: must be none at the end. */
  int open() {
    return opened - closed;
  }

  /** A number, and no socket at all. */
  record Socket(int number) implements StreamSocket {

    @Override
    public boolean register(SocketLoop loop) {
      throw new UnsupportedOperationException();
    }

    @Override
    public void handOver(SocketEvents next) {}

    @Override
    public boolean mayRead() {
      return false;
    }

    @Override
    public boolean mayWrite() {
      return false;
    }

    @Override
    public boolean inputEnded() {
      return false;
    }

    @Override
    public boolean urgent() {
      return false;
    }

    @Override
    public int error() {
      return 0;
    }

    @Override
    public int receive(int at, int length) {
      return -Errno.EAGAIN;
    }

    @Override
    public boolean looksInPlace() {
      return true;
    }

    @Override
    public int peek(int at, int length) {
      return -Errno.EAGAIN;
    }

    @Override
    public int send(int at, int length) {
      return -Errno.EAGAIN;
    }

    @Override
    public void endOutput() {}

    @Override
    public void resetOnClose() {}

    @Override
    public InetSocketAddress localAddress() {
      return new InetSocketAddress(0);
    }

    @Override
    public void close() {}
  }

  private final class Pending implements Attempt {

    private final Outcome outcome;
    private boolean cancelled;
    private boolean over;

    Pending(Outcome outcome) {
      this.outcome = outcome;
    }

    void connect() {
      if (!over) {
        over = true;
        outcome.connected(new Socket(opened));
      }
    }

    void unbound(int errno) {
      over = true;
      closed++;
      outcome.unbound(errno);
    }

    void fail(int errno) {
      if (!over) {
        over = true;
        closed++;
        outcome.failed(errno);
      }
    }

    @Override
    public void cancel() {
      if (!over) {
        over = true;
        cancelled = true;
        closed++;
      }
    }
  }
}
