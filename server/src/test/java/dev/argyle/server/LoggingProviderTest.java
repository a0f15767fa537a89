package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.core.ConsoleAppender;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@Tag("unit")
class LoggingProviderTest {

  private static LoggerContext initialised() {
    LoggingProvider provider = new LoggingProvider();
    provider.initialize();
    return (LoggerContext) provider.getLoggerFactory();
  }

  @Test
  void itLogsAsWhatLogbackFindsByItselfDoes() {
    LoggerContext found = (LoggerContext) LoggerFactory.getILoggerFactory();
    LoggerContext named = initialised();
    for (String logger : new String[] {"ROOT", "audit", "io.netty.resolver.dns.DnsQueryContext"}) {
      assertThat(named.getLogger(logger).getEffectiveLevel())
          .as(logger)
          .isEqualTo(found.getLogger(logger).getEffectiveLevel());
    }
    Logger root = named.getLogger("ROOT");
    assertThat(root.getLevel()).isEqualTo(Level.INFO);
    assertThat(root.iteratorForAppenders())
        .toIterable()
        .singleElement()
        .isInstanceOfSatisfying(
            ConsoleAppender.class,
            one -> {
              assertThat(one.getTarget()).isEqualTo("System.err");
              assertThat(one.isStarted()).isTrue();
            });
    assertThat(named.isStarted()).isTrue();
  }
}
