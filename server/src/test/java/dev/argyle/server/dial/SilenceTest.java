package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** When the operator is told that no name server answers. */
@Tag("unit")
class SilenceTest {

  private static final List<InetSocketAddress> SERVERS =
      List.of(
          new InetSocketAddress(InetAddress.ofLiteral("2001:db8:0:0:0:0:0:1"), 53),
          new InetSocketAddress(InetAddress.ofLiteral("192.0.2.1"), 53));

  private final List<Consumer<Boolean>> asked = new ArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger(Silence.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private long nanos;
  private final Silence silence = new Silence((server, heard) -> asked.add(heard), () -> nanos);

  @BeforeEach
  void listen() {
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  private void noneAnswers() {
    List<Consumer<Boolean>> now = List.copyOf(asked);
    asked.clear();
    now.forEach(heard -> heard.accept(false));
  }

  /** Datagrams of the round were lost; it was said 363 times in 26 minutes. */
  @Test
  void answerToAnotherQuestionMeanwhileIsNoSilence() {
    silence.suspected(SERVERS, nanos++);
    silence.broken();
    nanos++;
    noneAnswers();
    assertThat(log.list).isEmpty();
  }

  @Test
  void silenceIsToldOnceAndServersThatComeAndGoOnceAMinute() {
    for (int i = 0; i < 50; i++) {
      silence.suspected(SERVERS, nanos++);
      noneAnswers();
      nanos++;
      silence.broken();
      nanos++;
    }
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .startsWith("no name server answers ([2001:db8::1]:53, 192.0.2.1:53)"),
            second -> assertThat(second).isEqualTo("name servers answer again"));
    nanos += Silence.QUIET_NANOS;
    silence.suspected(SERVERS, nanos);
    noneAnswers();
    assertThat(log.list).hasSize(3);
  }
}
