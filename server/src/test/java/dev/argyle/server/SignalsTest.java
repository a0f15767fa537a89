package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.Signals.Request;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SignalsTest {

  private final List<Request> answered = new ArrayList<>();
  private final Signals signals = new Signals();

  /** It killed the server. */
  @Test
  void signalThatComesBeforeTheServerIsReadyIsAnsweredThenAndOnce() {
    signals.come(Request.RELOAD);
    signals.come(Request.RELOAD);
    signals.come(Request.REOPEN_LOGS);
    signals.answerWith(answered::add);
    assertThat(answered).containsExactly(Request.RELOAD, Request.REOPEN_LOGS);
  }

  @Test
  void signalThatComesLaterIsAnsweredAtOnce() {
    signals.answerWith(answered::add);
    signals.come(Request.REOPEN_LOGS);
    assertThat(answered).containsExactly(Request.REOPEN_LOGS);
    signals.come(Request.RELOAD);
    assertThat(answered).containsExactly(Request.REOPEN_LOGS, Request.RELOAD);
  }
}
