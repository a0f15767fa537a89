package dev.argyle.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import sun.misc.Signal;
import sun.misc.SignalHandler;

/** While it is open, SIGINT and SIGTERM interrupt a thread instead of ending the process. */
final class Interruption implements AutoCloseable {

  private final Map<Signal, SignalHandler> before = new LinkedHashMap<>();
  private volatile boolean come;

  private Interruption() {}

  static Interruption ofThisThread() {
    Interruption interruption = new Interruption();
    Thread thread = Thread.currentThread();
    for (String name : new String[] {"INT", "TERM"}) {
      Signal signal = new Signal(name);
      interruption.before.put(
          signal,
          Signal.handle(
              signal,
              _ -> {
                interruption.come = true;
                thread.interrupt();
              }));
    }
    return interruption;
  }

  boolean hasCome() {
    return come;
  }

  @Override
  public void close() {
    before.forEach(Signal::handle);
    if (come) {
      Thread.interrupted(); // it was meant for what is over now
    }
  }
}
