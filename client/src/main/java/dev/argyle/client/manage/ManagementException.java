package dev.argyle.client.manage;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The server did not do what it was asked for, or nobody knows whether it did. The message says
 * which server, what was asked and why not; never a credential.
 */
public final class ManagementException extends IOException {

  private static final long serialVersionUID = 1;

  /** Why not. */
  public sealed interface Reason {

    /** In words, without addresses. */
    String words();

    /** The server answered that it will not; nothing was changed. */
    record Refused(Refusal refusal) implements Reason {
      @Override
      public String words() {
        return refusal.words();
      }
    }

    /**
     * The server answered that it will not, in its own words; nothing was changed.
     *
     * @param outOfRange whether a value is not within its bounds
     */
    record RefusedBecause(String words, boolean outOfRange) implements Reason {}

    /** Unknown user, wrong password or no administrator: servers do not say which. */
    record LoginRefused(String words) implements Reason {}

    /** Nobody listens there, the host is not there, or its name is unknown. */
    record Unreachable(String words) implements Reason {}

    /** By its certificate, it is not known to be the server that is meant; nothing was sent. */
    record Untrusted(String words) implements Reason {}

    /** This system cannot speak SCTP. */
    record NoSctp(String detail) implements Reason {
      @Override
      public String words() {
        return "this system has no SCTP ("
            + detail
            + "): load the kernel's module (modprobe sctp) and install libsctp1, or use FEED over"
            + " TCP (management.feed.tcp)";
      }
    }

    /**
     * The server closed the connection before it had answered: whether it did what it was asked for
     * is not known.
     */
    record ServerGone(String words) implements Reason {}

    /** The server sent what none of its protocol sends. */
    record ProtocolBroken(String detail) implements Reason {
      @Override
      public String words() {
        return "the server does not speak this protocol: " + detail;
      }
    }

    /** No answer in time: whether the server did what it was asked for is not known. */
    record TimedOut(Duration timeout, String detail) implements Reason {
      @Override
      public String words() {
        return "no answer within " + timeout.toMillis() + " ms" + detail;
      }
    }

    /** The thread was interrupted, and still is. */
    record Interrupted() implements Reason {
      @Override
      public String words() {
        return "interrupted";
      }
    }
  }

  private final transient Reason reason;

  /**
   * For clients of other protocols than those of this package.
   *
   * @param server with its protocol, such as {@code HTTP server 127.0.0.1:8081}
   * @param asked for what, in a few words
   */
  public ManagementException(
      String server, String asked, Reason reason, @Nullable Throwable cause) {
    super(server + ": " + asked + ": " + reason.words(), cause);
    this.reason = reason;
  }

  ManagementException(Peer server, String asked, Reason reason, @Nullable Throwable cause) {
    this(server.shown(), asked, reason, cause);
  }

  /** Why not; of an exception that was serialized, only the message is left. */
  public Reason reason() {
    return reason;
  }

  /** The server's refusal, if it is one. */
  public Optional<Refusal> refusal() {
    return reason instanceof Reason.Refused(Refusal refusal)
        ? Optional.of(refusal)
        : Optional.empty();
  }
}
