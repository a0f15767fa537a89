package dev.argyle.server.manage.http.api;

import dev.argyle.server.control.Settings;
import dev.argyle.server.list.NamedList;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Counters;
import dev.argyle.server.telemetry.ProcessFigures;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What an operator should look at now, with what to do. Any thread. */
final class Warnings {

  /** Of the descriptors: beyond it, some tunnels more and clients wait. */
  private static final double MANY = 0.8;

  /** A round of a loop that takes longer is felt by whoever types. */
  private static final long LATE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  /**
   * One of them.
   *
   * @param code for programs; stays the same
   */
  record Warning(String code, String title, String detail, String advice) {}

  private final Counters counters;
  private final int descriptors;

  /**
   * @param descriptors that this process may have
   */
  Warnings(Counters counters, int descriptors) {
    this.counters = counters;
    this.descriptors = descriptors;
  }

  /**
   * Those of now. Any thread.
   *
   * @param listening of the SOCKS side; empty: it is stopped
   */
  List<Warning> now(Settings settings, List<InetSocketAddress> listening, boolean draining) {
    List<Warning> found = new ArrayList<>();
    ofSocks(settings, listening, draining, found);
    ofLoad(ProcessFigures.descriptors(), found);
    ofLosses(found);
    return found;
  }

  private static void add(
      boolean holds, String code, String title, String detail, String advice, List<Warning> found) {
    if (holds) {
      found.add(new Warning(code, title, detail, advice));
    }
  }

  private static void ofSocks(
      Settings settings, List<InetSocketAddress> listening, boolean draining, List<Warning> found) {
    add(
        listening.isEmpty(),
        draining ? "draining" : "stopped",
        draining ? "Draining" : "Stopped",
        draining
            ? "no client is accepted; connections that are open go on"
            : "no client is accepted",
        "start the server: POST /api/v1/server/start",
        found);
    add(
        !settings.authentication()
            && listening.stream().anyMatch(local -> !local.getAddress().isLoopbackAddress()),
        "open-proxy",
        "Open proxy",
        "other hosts reach a SOCKS listener, and nobody needs to log in",
        "switch authentication on, unless the rules or a firewall admit only whom you know",
        found);
  }

  /** Rules go by what such a list had before. */
  static void ofLists(List<NamedList.Status> lists, List<Warning> found) {
    for (NamedList.Status list : lists) {
      add(
          list.failure() != null,
          "list",
          "List not taken",
          "list " + list.name() + ": " + list.failure(),
          "correct the file: it is read again when it has changed, or with SIGHUP",
          found);
    }
  }

  void ofLoad(long open, List<Warning> found) {
    add(
        open > MANY * descriptors,
        "descriptors",
        "Few descriptors left",
        open + " of " + descriptors + " file descriptors are in use",
        "raise LimitNOFILE (systemd) or ulimit -n and restart, or end connections",
        found);
    long late = counters.lag().p99Nanos();
    add(
        late > LATE_NANOS,
        "loop-lag",
        "Slow event loops",
        "of 100 rounds of an event loop in the last minute, the slowest took "
            + TimeUnit.NANOSECONDS.toMillis(late)
            + " ms or longer",
        "look for a busy processor or a machine that swaps",
        found);
  }

  private void ofLosses(List<Warning> found) {
    long bugs = counters.sum(Counter.BUGS);
    add(
        bugs > 0,
        "bugs",
        "Bugs",
        bugs + " failures of Argyle itself since the start, each ended a connection",
        "report what the server's log says about them",
        found);
    long lines = counters.sum(Counter.LOG_LINES_DROPPED);
    add(
        lines > 0,
        "log-lines-dropped",
        "Log lines lost",
        lines + " log lines were lost since the start",
        "see whether the disk is full or slow",
        found);
    long entries = counters.sum(Counter.HISTORY_DROPPED) + counters.sum(Counter.USAGE_DROPPED);
    add(
        entries > 0,
        "history-dropped",
        "History lost",
        entries + " entries of the history or of usage were lost since the start",
        "see whether the disk is full or slow",
        found);
  }
}
