package dev.argyle.server;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.joran.spi.ConsoleTarget;
import ch.qos.logback.core.spi.ContextAwareBase;
import dev.argyle.server.telemetry.LogText;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Locale;

/**
 * Sets up what the server says about itself: lines on standard error, from INFO on. Used by {@link
 * LoggingProvider} as a server starts, and found by Logback as a service in every other command, so
 * that no XML is looked for and read.
 */
public final class LoggingSetup extends ContextAwareBase implements Configurator {

  /** For Logback. */
  public LoggingSetup() {}

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    OneLine layout = new OneLine();
    layout.setContext(context);
    layout.start();

    LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
    encoder.setContext(context);
    encoder.setCharset(StandardCharsets.UTF_8);
    encoder.setLayout(layout);
    encoder.start();

    ConsoleAppender<ILoggingEvent> standardError = new ConsoleAppender<>();
    standardError.setContext(context);
    standardError.setName("standard error");
    standardError.setTarget(ConsoleTarget.SystemErr.getName());
    standardError.setEncoder(encoder);
    standardError.start();

    Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.INFO);
    root.addAppender(standardError);
    // One warning for every answer that matches no question: whoever can send datagrams could fill
    // the disk.
    context.getLogger("io.netty.resolver.dns.DnsQueryContext").setLevel(Level.ERROR);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /**
   * {@code 2026-01-02T03:04:05Z argyle warn LogWriter: message}, and a stack trace behind it, its
   * lines indented. Foreign text in a message cannot begin a line.
   */
  static final class OneLine extends LayoutBase<ILoggingEvent> {
    private static final String AUDIT = "audit";

    @Override
    public String doLayout(ILoggingEvent event) {
      String logger = event.getLoggerName();
      StringBuilder line = new StringBuilder(160);
      line.append(Instant.ofEpochSecond(Math.floorDiv(event.getTimeStamp(), 1000L)));
      line.append(" argyle ").append(event.getLevel().toString().toLowerCase(Locale.ROOT));
      line.append(' ').append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
      String message = String.valueOf(event.getFormattedMessage());
      if (logger.equals(AUDIT)) {
        LogText.escapeTheRest(message, line); // names are escaped, quotes in them too
      } else {
        LogText.escape(message, line);
      }
      line.append('\n');
      if (event.getThrowableProxy() != null) {
        LogText.escapeLines(ThrowableProxyUtil.asString(event.getThrowableProxy()), line);
      }
      return line.toString();
    }
  }
}
