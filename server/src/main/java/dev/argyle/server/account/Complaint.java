package dev.argyle.server.account;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs what goes on in the background: a failure is logged once, until something works again. */
final class Complaint {

  private static final Logger LOG = LoggerFactory.getLogger(AccountBook.class);

  private final AtomicBoolean failing = new AtomicBoolean();

  /** False: it failed. */
  boolean runs(Runnable work) {
    try {
      work.run();
      failing.set(false);
      return true;
    } catch (RuntimeException failed) {
      if (failing.compareAndSet(false, true)) {
        LOG.warn("accounts: {}", failed.getMessage(), failed);
      }
      return false;
    }
  }
}
