package dev.argyle.client;

import dev.argyle.wire.Deadline;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Looks names up on this machine, within a deadline. The system's resolver takes as long as it
 * likes (30 s where no name server answers), and cannot be interrupted. A look-up that is given up
 * goes on in the background until the resolver returns. For the library itself.
 */
public final class NameLookup {

  /** What resolves: the system, or a test. */
  @FunctionalInterface
  interface Resolver {
    InetAddress address(String host) throws UnknownHostException;
  }

  private NameLookup() {}

  /**
   * The first address of a host; that of a literal at once.
   *
   * @throws UnknownHostException if there is none
   * @throws SocketTimeoutException if the deadline passes first
   * @throws InterruptedIOException if the thread is interrupted, and still is
   */
  public static InetAddress address(String host, Deadline deadline) throws IOException {
    try {
      return InetAddress.ofLiteral(host);
    } catch (IllegalArgumentException name) {
      return address(host, deadline, InetAddress::getByName);
    }
  }

  static InetAddress address(String host, Deadline deadline, Resolver resolver) throws IOException {
    FutureTask<InetAddress> lookup = new FutureTask<>(() -> resolver.address(host));
    Thread.ofPlatform().daemon().name("argyle-client-lookup").start(lookup);
    try {
      return lookup.get(deadline.millisLeft(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException late) {
      throw ControlConnection.timeout(
          Destinations.shown(host) + ": looking the name up took too long", late);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      InterruptedIOException told = new InterruptedIOException("interrupted");
      told.initCause(interrupted);
      throw told;
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IOException(failed.getCause());
    }
  }
}
