package dev.argyle.client;

import dev.argyle.wire.gssapi.Protection;
import dev.argyle.wire.socks.ReplyCode;
import java.io.IOException;
import java.util.Optional;

/**
 * The server did not do what it was asked for. The message says which server, what was asked and
 * why not; never a credential. What ran out of time is a {@link java.net.SocketTimeoutException}
 * instead, and a server that cannot be reached at all is whatever the JDK says of it.
 */
public final class SocksException extends IOException {

  private static final long serialVersionUID = 1;

  /** Why not. */
  public sealed interface Reason {

    /** In words, without addresses. */
    String words();

    /** The server answered with a REP other than 00 (RFC 1928, section 6). */
    record Refused(ReplyCode code) implements Reason {
      @Override
      public String words() {
        return switch (code) {
          case SUCCEEDED -> throw new IllegalStateException("success is no refusal");
          case GENERAL_FAILURE -> "general failure (REP 01)";
          case NOT_ALLOWED -> "not allowed by the server's rules (REP 02)";
          case NETWORK_UNREACHABLE -> "network unreachable (REP 03)";
          case HOST_UNREACHABLE -> "host unreachable (REP 04)";
          case CONNECTION_REFUSED -> "connection refused (REP 05)";
          case TTL_EXPIRED -> "TTL expired, or no peer connected in time (REP 06)";
          case COMMAND_NOT_SUPPORTED -> "command not supported (REP 07)";
          case ADDRESS_TYPE_NOT_SUPPORTED -> "address type not supported (REP 08)";
        };
      }
    }

    /** The server takes none of the methods that the credentials allow (METHOD FF). */
    record NoAcceptableMethod() implements Reason {
      @Override
      public String words() {
        return "the server accepts no authentication method that was offered";
      }
    }

    /**
     * Unknown user or wrong password: servers do not say which (RFC 1929). Of a ticket: it is not
     * valid here, or its principal is none of the server's users (RFC 1961).
     */
    record AuthenticationRefused() implements Reason {
      @Override
      public String words() {
        return "the server refused the credentials";
      }
    }

    /**
     * Kerberos does not get as far as the server, or is not satisfied with it: no ticket, clocks
     * that differ, an unknown service. The words say what to do.
     */
    record GssapiFailed(String words) implements Reason {}

    /** The server grants less protection than was asked for (RFC 1961, section 4.2). */
    record ProtectionTooWeak(Protection wanted, Protection granted) implements Reason {
      @Override
      public String words() {
        return "the server grants " + granted + ", but " + wanted + " was asked for";
      }
    }

    /** The server has ended a sealed connection by an abort message (RFC 1961, section 3.8). */
    record Aborted() implements Reason {
      @Override
      public String words() {
        return "the server aborted the sealed connection";
      }
    }

    /** The server sent what no SOCKS 5 server sends, or chose a method that was not offered. */
    record ProtocolViolation(String words) implements Reason {}

    /** The server closed the connection before it had answered. */
    record ClosedByServer() implements Reason {
      @Override
      public String words() {
        return "the server closed the connection before it answered";
      }
    }

    /** The association's control connection has ended, and the association with it. */
    record AssociationEnded() implements Reason {
      @Override
      public String words() {
        return "the server ended the association";
      }
    }
  }

  private final transient Reason reason;

  SocksException(String server, String asked, Reason reason) {
    super("SOCKS server " + server + ": " + asked + ": " + reason.words());
    this.reason = reason;
  }

  /** Why not; of an exception that was serialized, only the message is left. */
  public Reason reason() {
    return reason;
  }

  /** The server's REP, if it is a reply that says no. */
  public Optional<ReplyCode> replyCode() {
    return reason instanceof Reason.Refused(ReplyCode code) ? Optional.of(code) : Optional.empty();
  }
}
