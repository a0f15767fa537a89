package dev.argyle.server.dial;

import static java.util.Objects.requireNonNull;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes numbers for sockets, keeps count of them, and does what a test says. */
final class FakeConnector implements Connector<Integer> {

  /** All that was tried, in order, as text. */
  final List<String> tried = new ArrayList<>();

  final List<@Nullable InetAddress> sources = new ArrayList<>();
  private final Map<String, DialFailure> failAtOnce = new LinkedHashMap<>();
  private final Map<String, Boolean> connectAtOnce = new LinkedHashMap<>();
  private final Map<String, Pending> pending = new LinkedHashMap<>();
  private int opened;
  private int closed;

  void failAtOnce(String address, DialFailure why) {
    failAtOnce.put(address, why);
  }

  void connectAtOnce(String address) {
    connectAtOnce.put(address, true);
  }

  @Override
  public Attempt attempt(
      InetSocketAddress to, @Nullable InetAddress source, Outcome<Integer> outcome) {
    String address = to.getAddress().getHostAddress().replace("0:0:0:0:0:0:0:", "::");
    tried.add(address);
    sources.add(source);
    opened++;
    Pending attempt = new Pending(outcome);
    DialFailure failure = failAtOnce.get(address);
    if (failure != null) {
      attempt.fail(failure);
    } else if (connectAtOnce.containsKey(address)) {
      attempt.connect();
    } else {
      pending.put(address, attempt);
    }
    return attempt;
  }

  void connect(String address) {
    taken(address).connect();
  }

  void fail(String address, DialFailure why) {
    taken(address).fail(why);
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

  private final class Pending implements Attempt {

    private final Outcome<Integer> outcome;
    private boolean cancelled;
    private boolean over;

    Pending(Outcome<Integer> outcome) {
      this.outcome = outcome;
    }

    void connect() {
      if (!over) {
        over = true;
        outcome.connected(opened);
      }
    }

    void fail(DialFailure why) {
      if (!over) {
        over = true;
        closed++;
        outcome.failed(why);
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
