package dev.argyle.server;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logback as {@link LoggingSetup} wants it, for a server that starts. SLF4J and Logback would each
 * look for it as a service, for which every jar is opened and its directory read: nothing else
 * could be done meanwhile. Java does that later for the rules of time zones, beside other work.
 */
public final class LoggingProvider implements SLF4JServiceProvider {

  private static final String PROVIDER = "slf4j.provider";
  private static final String VERBOSITY = "slf4j.internal.verbosity";

  private final LoggerContext context = new LoggerContext();
  private final IMarkerFactory markers = new BasicMarkerFactory();
  private final LogbackMDCAdapter diagnostics = new LogbackMDCAdapter();

  /** For SLF4J. */
  public LoggingProvider() {}

  /** Names it to SLF4J, unless the command line names another; before the first logger is made. */
  static void name() {
    if (System.getProperty(PROVIDER) == null) {
      System.setProperty(PROVIDER, LoggingProvider.class.getName());
      if (System.getProperty(VERBOSITY) == null) {
        System.setProperty(VERBOSITY, "WARN"); // else it says on standard error whom it takes
      }
    }
  }

  @Override
  public void initialize() {
    context.setName("default");
    context.setMDCAdapter(diagnostics);
    LoggingSetup setup = new LoggingSetup();
    setup.setContext(context);
    setup.configure(context);
    context.start();
  }

  @Override
  public ILoggerFactory getLoggerFactory() {
    return context;
  }

  @Override
  public IMarkerFactory getMarkerFactory() {
    return markers;
  }

  @Override
  public MDCAdapter getMDCAdapter() {
    return diagnostics;
  }

  /** Any of 2.0. */
  @Override
  public String getRequestedApiVersion() {
    return "2.0.99";
  }
}
