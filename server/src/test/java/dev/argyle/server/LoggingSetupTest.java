package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@Tag("unit")
class LoggingSetupTest {
  private final LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();

  private String line(String message, @Nullable Throwable thrown, Object... arguments) {
    Logger logger = context.getLogger("dev.argyle.server.relay.Tunnel");
    LoggingEvent event = new LoggingEvent("", logger, Level.WARN, message, thrown, arguments);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    return new LoggingSetup.OneLine().doLayout(event);
  }

  @Test
  void logbackFindsItAndSpeaksFromInfoOnToStandardError() {
    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    assertThat(root.getLevel()).isEqualTo(Level.INFO);
    assertThat(root.iteratorForAppenders())
        .toIterable()
        .singleElement()
        .isInstanceOfSatisfying(
            ConsoleAppender.class, one -> assertThat(one.getTarget()).isEqualTo("System.err"));
  }

  @Test
  void answersThatMatchNoQuestionCannotFillTheDiskWithWarnings() {
    assertThat(context.getLogger("io.netty.resolver.dns.DnsQueryContext").isWarnEnabled())
        .isFalse();
  }

  @Test
  void aMessageIsOneLineWhateverItHolds() {
    assertThat(line("no pipe for {}", null, "a\nb\u001B[2J\tc"))
        .isEqualTo("2026-01-02T03:04:05Z argyle warn Tunnel: no pipe for a\\nb\\x1B[2J\\tc\n");
  }

  @Test
  void namesInTheAuditLogAreEscapedOnce() {
    LoggingEvent event =
        new LoggingEvent(
            "", context.getLogger("audit"), Level.INFO, "add-user \"a\\x22\"\n", null, null);
    event.setInstant(Instant.parse("2026-01-02T03:04:05.678Z"));
    assertThat(new LoggingSetup.OneLine().doLayout(event))
        .isEqualTo("2026-01-02T03:04:05Z argyle info audit: add-user \"a\\x22\"\\n\n");
  }

  @Test
  void aStackTraceFollowsIndented() {
    String text = line("it failed", new IllegalStateException("one\n2026-01-02 forged\u0007"));
    assertThat(text.lines().skip(1)).isNotEmpty().allMatch(line -> line.startsWith("  "));
    assertThat(text).contains("  2026-01-02 forged\\x07\n").doesNotContain("\t", "\r");
  }
}
