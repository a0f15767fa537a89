package dev.argyle.cli.doctor;

import dev.argyle.server.config.Given;
import dev.argyle.server.config.Management;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.net.ErrnoException;
import dev.argyle.server.net.KernelRoute;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.util.List;

/** SCTP and IPv6, which not every host has. */
final class NetworkCheck {

  /** Of RFC 3849, for documentation: nothing is sent there. */
  private static final String SOMEWHERE = "2001:db8::1";

  private static final String FEED = "management.feed.listen";

  private NetworkCheck() {}

  static void sctp(Findings findings, Management.Feed feed, Given given) {
    String missing = DoorListener.sctpMissing();
    if (missing == null) {
      findings.ok("available");
    } else if (feed.listen() == null) {
      findings.ok("not available (" + missing + "), and not needed");
    } else if (given.asksFor(FEED)) {
      findings.warn(
          "not available (" + missing + "): FEED does not listen on " + feed.listen(),
          "for FEED over TCP set management.feed.tcp, or install libsctp1 and load the kernel's"
              + " module (modprobe sctp); management.feed.listen: null turns the listener off");
    } else {
      findings.ok(
          "not available ("
              + missing
              + "), so the default of FEED does not listen; management.feed.tcp offers it over"
              + " TCP");
    }
  }

  static void ipv6(Findings findings) {
    boolean address = hasGlobalAddress();
    String route = route();
    if (route.isEmpty()) {
      findings.ok("there is a route to the Internet");
    } else if (address) {
      findings.warn(
          "this host has a global address, but no route to the Internet (" + route + ")",
          "add the default route, or remove the address: destinations that have only IPv6"
              + " addresses are not reached, and programs that try IPv6 first are delayed");
    } else {
      findings.ok("none: destinations that have only IPv6 addresses are not reached");
    }
  }

  /** Empty: there is one; else why not. */
  private static String route() {
    try {
      InetAddress local = KernelRoute.towards(InetAddress.getByName(SOMEWHERE));
      return local.isLoopbackAddress() ? "loopback" : "";
    } catch (ErrnoException none) {
      return none.getMessage() == null ? "none" : none.getMessage();
    } catch (UnknownHostException impossible) { // an address is not looked up
      throw new IllegalStateException(impossible);
    }
  }

  private static boolean hasGlobalAddress() {
    try {
      List<NetworkInterface> all = NetworkInterface.networkInterfaces().toList();
      return all.stream()
          .flatMap(NetworkInterface::inetAddresses)
          .anyMatch(
              address ->
                  address instanceof Inet6Address
                      && !address.isLoopbackAddress()
                      && !address.isLinkLocalAddress()
                      && (address.getAddress()[0] & 0xFE) != 0xFC); // not unique local (RFC 4193)
    } catch (SocketException none) {
      return false;
    }
  }
}
