package dev.argyle.server.dial;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** One address, one attempt: no timer, no lookup. Belongs to its loop. */
final class DirectDial<S> implements Dial, Connector.Outcome<S> {

  private final InetSocketAddress to;
  private final DialOutcome<S> outcome;
  private Connector.@Nullable Attempt attempt;
  private boolean ended;

  DirectDial(InetSocketAddress to, DialOutcome<S> outcome) {
    this.to = to;
    this.outcome = outcome;
  }

  void start(Connector<S> connector, @Nullable InetAddress source) {
    attempt = connector.attempt(to, source, this);
  }

  @Override
  public void connected(S socket) {
    if (!ended) {
      ended = true;
      outcome.connected(socket, to);
    }
  }

  @Override
  public void failed(DialFailure why) {
    if (!ended) {
      ended = true;
      outcome.failed(why, null);
    }
  }

  @Override
  public void cancel() {
    if (!ended) {
      ended = true;
      if (attempt != null) {
        attempt.cancel();
      }
    }
  }

  @Override
  public void timeout() {
    if (!ended) {
      cancel();
      outcome.failed(DialFailure.TIMED_OUT, null);
    }
  }
}
