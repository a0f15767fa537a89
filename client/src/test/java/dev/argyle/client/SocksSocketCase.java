package dev.argyle.client;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What tests of the socket share. */
abstract class SocksSocketCase {

  /** CONNECT a.example:80. */
  static final String NAMED = "05 01 00 03 09 61 2E 65 78 61 6D 70 6C 65 00 50";

  static final Duration SHORT = Duration.ofMillis(100);

  interface Blocking {
    Object run() throws IOException;
  }

  static Thread started(boolean virtual, CompletableFuture<Throwable> thrown, Blocking blocking) {
    Runnable body =
        () -> {
          try {
            thrown.completeExceptionally(new AssertionError("returned " + blocking.run()));
          } catch (IOException expected) {
            thrown.complete(expected);
          }
        };
    return virtual ? Thread.startVirtualThread(body) : Thread.ofPlatform().start(body);
  }
}
