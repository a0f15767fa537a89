package dev.argyle.client.manage;

import dev.argyle.client.NameLookup;
import dev.argyle.client.manage.ManagementException.Reason;
import dev.argyle.wire.Deadline;
import dev.argyle.wire.Destination;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
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

  InetSocketAddress resolved(String asked, Deadline deadline) throws ManagementException {
    if (!address.isUnresolved()) {
      return address;
    }
    try {
      return new InetSocketAddress(
          NameLookup.address(address.getHostString(), deadline), address.getPort());
    } catch (UnknownHostException unknown) {
      throw failure(asked, new Reason.Unreachable("no host has this name"), unknown);
    } catch (SocketTimeoutException late) { // before interruption, of which it is a kind
      throw failure(
          asked, new Reason.TimedOut(deadline.allowed(), " from this machine's resolver"), late);
    } catch (InterruptedIOException interrupted) {
      throw failure(asked, new Reason.Interrupted(), interrupted);
    } catch (IOException failed) {
      throw failure(asked, new Reason.Unreachable(String.valueOf(failed.getMessage())), failed);
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
