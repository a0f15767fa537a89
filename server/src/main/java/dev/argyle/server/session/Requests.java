package dev.argyle.server.session;

import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.ReplyCode;

/** What a request is called elsewhere: by the rules, the counters and the log. */
final class Requests {

  private Requests() {}

  /** The destination as the client wrote it. */
  static String host(Destination destination) {
    return switch (destination.host()) {
      case Host.Ipv4(var address) -> address.getHostAddress();
      case Host.Ipv6(var address) -> address.getHostAddress();
      case Host.Name(String name) -> name;
    };
  }

  /** How a connection ends whose request is answered with this. */
  static EndReason rejection(ReplyCode code) {
    return code == ReplyCode.COMMAND_NOT_SUPPORTED
        ? EndReason.COMMAND_NOT_SUPPORTED
        : code == ReplyCode.ADDRESS_TYPE_NOT_SUPPORTED
            ? EndReason.ADDRESS_TYPE_NOT_SUPPORTED
            : EndReason.PROTOCOL_ERROR;
  }
}
