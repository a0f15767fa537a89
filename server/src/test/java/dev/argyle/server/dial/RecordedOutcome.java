package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Remembers how a dial ended; a second end is an error. */
final class RecordedOutcome implements DialOutcome<Integer> {

  @Nullable Integer socket;
  @Nullable InetSocketAddress to;
  @Nullable DialFailure why;
  @Nullable String deniedBy;
  boolean ended;

  @Override
  public void connected(Integer socket, InetSocketAddress to) {
    once();
    this.socket = socket;
    this.to = to;
  }

  @Override
  public void failed(DialFailure why, @Nullable String deniedBy) {
    once();
    this.why = why;
    this.deniedBy = deniedBy;
  }

  private void once() {
    assertThat(ended).as("an outcome was told already").isFalse();
    ended = true;
  }
}
