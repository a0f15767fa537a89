/** The message of the second, for everyone who listens: as large as a page's share of events. */
final class Ticker {
  static final byte[] STATUS = "{\"state\":\"running\",\"open\":5000}".getBytes();
  private static final String TEXT = "x".repeat(3700);

  record Message(long number, String text) {}

  private Message last = new Message(0, TEXT);

  /** Makes a message each second, and tells `who` besides those who wait. */
  void start(java.util.function.Consumer<Message> who) {
    Thread.ofPlatform().daemon().start(() -> {
      for (long number = 1; ; number++) {
        try {
          Thread.sleep(1000);
        } catch (InterruptedException ended) {
          return;
        }
        Message next = new Message(number, TEXT);
        synchronized (this) {
          last = next;
          notifyAll();
        }
        who.accept(next);
      }
    });
  }

  /** Waits for a message behind that one. */
  synchronized Message next(long number) throws InterruptedException {
    while (last.number() <= number) {
      wait();
    }
    return last;
  }
}
