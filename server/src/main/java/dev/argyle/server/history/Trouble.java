package dev.argyle.server.history;

import org.slf4j.Logger;

/** Tells the log once that something on disk fails, and once that it works again. One thread's. */
final class Trouble {
  private final Logger log;
  private boolean told;

  Trouble(Logger log) {
    this.log = log;
  }

  /** It failed: logged if it did not fail before. */
  void failed(String words) {
    if (!told) {
      told = true;
      log.error("{}", words);
    }
  }

  /** It worked: logged if it had failed. */
  void works(String words) {
    if (told) {
      told = false;
      log.warn("{}", words);
    }
  }
}
