package dev.argyle.server.systemd;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.ErrnoException;
import dev.argyle.server.net.LinuxSyscalls;
import dev.argyle.server.net.UnixDatagramSocket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the service manager what the server does (sd_notify(3)): a datagram of lines {@code
 * KEY=value} to the socket that NOTIFY_SOCKET names. Where it is not set, nothing is done. What
 * cannot be sent is logged once and holds up nobody: the server runs without a manager as well.
 *
 * <p>Safe for any thread, but not for event loops: a send may block for seconds.
 */
public final class Notifier implements AutoCloseable {

  /** Where the manager listens. */
  public static final String VARIABLE = "NOTIFY_SOCKET";

  /** Beyond the drain time: what closing takes. */
  private static final Duration TO_CLOSE = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(Notifier.class);

  private final @Nullable UnixDatagramSocket socket;
  private final AtomicBoolean failed = new AtomicBoolean();

  private Notifier(@Nullable UnixDatagramSocket socket) {
    this.socket = socket;
  }

  /** To the manager of this process, if there is one. */
  public static Notifier ofThisProcess() {
    return to(System.getenv(VARIABLE));
  }

  /**
   * To this socket.
   *
   * @param address an absolute path, or {@code @} and a name of the abstract namespace; null or
   *     empty: nobody is told anything
   */
  public static Notifier to(@Nullable String address) {
    if (address == null || address.isEmpty()) {
      return new Notifier(null);
    }
    String wrong = "this is not 64-bit Linux";
    if (LinuxSyscalls.available()) {
      try {
        return new Notifier(UnixDatagramSocket.to(address));
      } catch (IllegalArgumentException notThere) { // vsock:CID:PORT, say
        wrong = String.valueOf(notThere.getMessage());
      } catch (ErrnoException refused) {
        wrong = String.valueOf(refused.getMessage());
      }
    }
    LOG.warn("{}: the service manager is told nothing: {}", VARIABLE, wrong);
    return new Notifier(null);
  }

  /** Whether somebody is told. */
  public boolean isOn() {
    return socket != null;
  }

  /**
   * The server serves, for the first time or again after {@link #reloading}.
   *
   * @param status one line for people, which {@code systemctl status} shows
   */
  public void ready(String status) {
    send("READY=1\nSTATUS=" + status);
  }

  /**
   * The configuration is about to be read again; {@link #ready} follows, however that goes. The
   * time is that of CLOCK_MONOTONIC, which {@link System#nanoTime} is on Linux (os::javaTimeNanos):
   * by it the manager knows an answer to its own signal from one to an earlier signal.
   */
  public void reloading() {
    send(
        "RELOADING=1\nMONOTONIC_USEC="
            + TimeUnit.NANOSECONDS.toMicros(System.nanoTime())
            + "\nSTATUS=reading the configuration again");
  }

  /**
   * The server ends.
   *
   * @param atMost how long open connections may take to finish; the manager waits for that,
   *     whatever its own limit is
   */
  public void stopping(Duration atMost) {
    send(
        "STOPPING=1\nEXTEND_TIMEOUT_USEC="
            + TimeUnit.MILLISECONDS.toMicros(atMost.plus(TO_CLOSE).toMillis())
            + "\nSTATUS=stopping; open connections have "
            + atMost.toSeconds()
            + " s to finish");
  }

  /**
   * The server is not stuck.
   *
   * @param status one line for people
   */
  void alive(String status) {
    send("WATCHDOG=1\nSTATUS=" + status);
  }

  private void send(String message) {
    if (socket == null) {
      return;
    }
    int answer = socket.send(message.getBytes(StandardCharsets.UTF_8));
    if (answer < 0 && failed.compareAndSet(false, true)) {
      LOG.warn(
          "{}: the service manager cannot be told {}: {}; logged once",
          VARIABLE,
          message.lines().findFirst().orElse(""),
          Errno.strerror(-answer));
    }
  }

  @Override
  public void close() {
    if (socket != null) {
      socket.close();
    }
  }
}
