package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.StreamSocket;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/** Remembers how a dial ended; a second end is an error. */
final class RecordedOutcome implements DialOutcome {

  @Nullable Integer socket;
  @Nullable InetSocketAddress to;
  @Nullable DialFailure why;
  @Nullable String detail;
  @Nullable Throwable bug;
  boolean ended;

  @Override
  public void connected(StreamSocket socket, InetSocketAddress to) {
    once();
    this.socket = ((FakeConnector.Socket) socket).number();
    this.to = to;
  }

  @Override
  public void failed(Failure why) {
    once();
    this.why = why.why();
    this.detail = why.detail();
  }

  @Override
  public void onBug(Throwable bug) {
    once();
    this.bug = bug;
  }

  private void once() {
    assertThat(ended).as("an outcome was told already").isFalse();
    ended = true;
  }
}
