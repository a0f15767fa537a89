package dev.argyle.server.dial;

import dev.argyle.server.dial.Gate.Allowed;
import dev.argyle.server.dial.Gate.Denied;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * When the addresses of a name are tried (RFC 8305, sections 3 and 5). The first attempt starts
 * when the AAAA answer is in, or {@value #RESOLUTION_DELAY_MILLIS} ms after the A answer; each
 * further one when the one before has failed, or {@value #ATTEMPT_DELAY_MILLIS} ms after it. The
 * first to connect wins and ends the others. Belongs to its loop.
 */
final class Race<S> implements Dial, NameResolver.Listener {

  /** "Resolution Delay" (RFC 8305, section 8). */
  static final long RESOLUTION_DELAY_MILLIS = 50;

  /** "Connection Attempt Delay" (RFC 8305, section 8). */
  static final long ATTEMPT_DELAY_MILLIS = 250;

  private final EventExecutor loop;
  private final Timing timing;
  private final Connector<S> connector;
  private final int port;
  private final Gate gate;
  private final DialOutcome<S> outcome;

  private final AddressPlan plan = new AddressPlan();
  private final List<Runner> runners = new ArrayList<>(2);
  private NameResolver.@Nullable Lookup lookup;
  private Timing.@Nullable Alarm alarm;
  private boolean waitingForIpv6 = true;
  private boolean waitingForIpv4 = true;
  private boolean started; // the first attempt may be made
  private boolean advancing; // advance() is on the stack
  private boolean due; // the next attempt need not wait
  private boolean ended;
  private @Nullable DialFailure known;
  private @Nullable String deniedBy;

  Race(
      EventExecutor loop,
      Timing timing,
      Connector<S> connector,
      int port,
      Gate gate,
      DialOutcome<S> outcome) {
    this.loop = loop;
    this.timing = timing;
    this.connector = connector;
    this.port = port;
    this.gate = gate;
    this.outcome = outcome;
  }

  void start(NameResolver resolver, String name) {
    NameResolver.Lookup begun = resolver.resolve(loop, name, this);
    if (ended) {
      begun.cancel();
    } else {
      lookup = begun;
    }
  }

  @Override
  public void answered(Family family, NameResolver.Answer answer) {
    if (ended) {
      return;
    }
    switch (family) {
      case IPV6 -> waitingForIpv6 = false;
      case IPV4 -> waitingForIpv4 = false;
    }
    switch (answer) {
      case NameResolver.Addresses(List<InetAddress> addresses) -> plan.add(addresses);
      case NameResolver.NoAddresses() -> {} // says nothing about the other family's addresses
      case NameResolver.Failed(DialFailure why) -> note(why);
    }
    if (started) {
      advance();
    } else if (!waitingForIpv6) {
      begin();
    } else if (!plan.isEmpty()) {
      wake(RESOLUTION_DELAY_MILLIS, this::begin);
    }
  }

  private void begin() {
    if (plan.isEmpty() && waitingForIpv4) {
      return; // IPv6 has nothing; whatever IPv4 says starts us
    }
    silence();
    started = true;
    due = true;
    advance();
  }

  /** Makes every attempt that is due, and sees to it that somebody calls again. */
  private void advance() {
    if (advancing) {
      return; // an attempt failed inside itself: the loop below goes on
    }
    advancing = true;
    while (!ended && (due || runners.isEmpty()) && !plan.isEmpty()) {
      tryNext();
    }
    advancing = false;
    if (ended) {
      return;
    }
    if (runners.isEmpty() && plan.isEmpty() && !waitingForIpv6 && !waitingForIpv4) {
      fail(known == null ? DialFailure.NAME_NOT_FOUND : known);
    }
  }

  private void tryNext() {
    InetAddress address = plan.next();
    if (address == null) {
      return;
    }
    switch (gate.check(address)) {
      case Denied(String reason) -> {
        note(DialFailure.DENIED);
        deniedBy = deniedBy == null ? reason : deniedBy;
      }
      case Allowed allowed when !Dialler.fits(allowed, address) ->
          note(DialFailure.NETWORK_UNREACHABLE);
      case Allowed allowed -> {
        due = false;
        if (!plan.isEmpty() || waitingForIpv6 || waitingForIpv4) {
          wake(ATTEMPT_DELAY_MILLIS, this::attemptDelayIsOver);
        }
        new Runner(new InetSocketAddress(address, port)).start(allowed.source());
      }
    }
  }

  private void attemptDelayIsOver() {
    due = true;
    advance();
  }

  private void note(DialFailure why) {
    known = known == null ? why : known.orMoreTelling(why);
  }

  private void wake(long delayMillis, Runnable task) {
    silence();
    Runnable once =
        () -> {
          alarm = null;
          if (!ended) {
            task.run();
          }
        };
    alarm = timing.after(loop, TimeUnit.MILLISECONDS.toNanos(delayMillis), once);
  }

  private void silence() {
    if (alarm != null) {
      alarm.cancel();
      alarm = null;
    }
  }

  private void fail(DialFailure why) {
    cancel();
    outcome.failed(why, deniedBy);
  }

  @Override
  public void timeout() {
    if (!ended) {
      fail(known == null ? DialFailure.TIMED_OUT : known.orMoreTelling(DialFailure.TIMED_OUT));
    }
  }

  @Override
  public void cancel() {
    if (ended) {
      return;
    }
    ended = true;
    silence();
    if (lookup != null) {
      lookup.cancel();
    }
    for (Runner runner : runners) {
      runner.cancel();
    }
    runners.clear();
  }

  /** One attempt. */
  private final class Runner implements Connector.Outcome<S> {

    private final InetSocketAddress to;
    private Connector.@Nullable Attempt attempt;

    Runner(InetSocketAddress to) {
      this.to = to;
    }

    void start(@Nullable InetAddress source) {
      runners.add(this);
      Connector.Attempt begun = connector.attempt(to, source, this);
      attempt = begun;
      if (ended) {
        begun.cancel(); // somebody cancelled the dial from inside; nothing to do if it was we
      }
    }

    void cancel() {
      if (attempt != null) {
        attempt.cancel();
      }
    }

    @Override
    public void connected(S socket) {
      if (!ended) {
        runners.remove(this);
        Race.this.cancel();
        outcome.connected(socket, to);
      }
    }

    @Override
    public void failed(DialFailure why) {
      if (ended || !runners.remove(this)) {
        return;
      }
      note(why);
      due = true;
      advance();
    }
  }
}
