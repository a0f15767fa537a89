package dev.argyle.client.manage;

import dev.argyle.wire.Destination;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;

/**
 * The server that is spoken to.
 *
 * @param protocol for messages
 * @param address as it was given; one that is not resolved is looked up for every connection
 */
record Peer(String protocol, InetSocketAddress address) {

  /** {@code FEED server 127.0.0.1:8080}. */
  String shown() {
    String host = address.getHostString();
    return protocol
        + " server "
        + (address.isUnresolved()
                && host.indexOf(':') >= 0 // an IPv6 address that was given as text
            ? "[" + host + "]:" + address.getPort()
            : Destination.of(address).toString());
  }

  InetSocketAddress resolved(String asked) throws ManagementException {
    if (!address.isUnresolved()) {
      return address;
    }
    try {
      return new InetSocketAddress(
          InetAddress.getByName(address.getHostString()), address.getPort());
    } catch (UnknownHostException unknown) {
      throw failure(
          asked, new ManagementException.Reason.Unreachable("no host has this name"), unknown);
    }
  }

  ManagementException failure(
      String asked, ManagementException.Reason reason, @Nullable Throwable cause) {
    return new ManagementException(this, asked, reason, cause);
  }

  ManagementException failure(String asked, ManagementException.Reason reason) {
    return failure(asked, reason, null);
  }

  ManagementException refused(String asked, Refusal refusal) {
    return failure(asked, new ManagementException.Reason.Refused(refusal));
  }

  ManagementException broken(String asked, String detail) {
    return failure(asked, new ManagementException.Reason.ProtocolBroken(detail));
  }
}
