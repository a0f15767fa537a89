package dev.argyle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.Deadline;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NameLookupTest {

  private static final Deadline SOON = Deadline.after(Duration.ofMillis(20));
  private static final Deadline LATE = Deadline.after(Duration.ofMinutes(5));

  /** It took the resolver's 30 s, whatever the client's timeout was. */
  @Test
  void resolverThatDoesNotAnswerIsWaitedForUntilTheDeadlineOnly() {
    CountDownLatch never = new CountDownLatch(1);
    assertThatThrownBy(
            () -> NameLookup.address("slow.example", SOON, host -> answerBehind(never, host)))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("slow.example: looking the name up took too long");
    never.countDown();
  }

  @Test
  void answerAndFailureOfTheResolverAreItsOwn() throws Exception {
    InetAddress found = InetAddress.ofLiteral("192.0.2.1");
    assertThat(NameLookup.address("a.example", LATE, _ -> found)).isEqualTo(found);
    assertThatThrownBy(
            () ->
                NameLookup.address(
                    "b.example",
                    LATE,
                    host -> {
                      throw new UnknownHostException(host);
                    }))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("b.example");
  }

  @Test
  void addressIsNotLookedUp() throws Exception {
    assertThat(NameLookup.address("::1", new Deadline(System.nanoTime(), Duration.ZERO)))
        .isEqualTo(InetAddress.ofLiteral("::1"));
  }

  @Test
  void threadThatIsInterruptedStaysSo() {
    CountDownLatch never = new CountDownLatch(1); // an answer that is there already is taken
    Thread.currentThread().interrupt();
    assertThatThrownBy(
            () -> NameLookup.address("c.example", LATE, host -> answerBehind(never, host)))
        .isInstanceOf(InterruptedIOException.class);
    assertThat(Thread.interrupted()).isTrue();
    never.countDown();
  }

  private static InetAddress answerBehind(CountDownLatch latch, String host)
      throws UnknownHostException {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    throw new UnknownHostException(host);
  }
}
