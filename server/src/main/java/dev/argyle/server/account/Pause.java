package dev.argyle.server.account;

import java.time.Duration;

/** Waits on this thread for something that tells nobody when it is free. */
final class Pause {

  private Pause() {}

  /**
   * Waits.
   *
   * @return false: the thread was interrupted, and still is: whoever tries again would not wait
   */
  static boolean of(Duration time) {
    try {
      Thread.sleep(time);
      return true;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
