package dev.argyle.cli.doctor;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Management;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Whether the configured ports are free, or whose they are. A port that is free is taken for an
 * instant.
 */
final class PortsCheck {

  private final Findings findings;
  private final RunningServer server;
  private final SocketOwners owners;

  private PortsCheck(Findings findings, RunningServer server, Path proc) {
    this.findings = findings;
    this.server = server;
    this.owners = new SocketOwners(proc);
  }

  static void look(
      Findings findings, Configuration configuration, RunningServer server, Path proc) {
    PortsCheck check = new PortsCheck(findings, server, proc);
    List<Endpoint> socks = configuration.socks().listen();
    for (int i = 0; i < socks.size(); i++) {
      check.tcp("socks.listen[" + i + "]", socks.get(i));
    }
    Management doors = configuration.management();
    check.tcp("management.mass.listen", doors.mass().listen());
    check.tcp("management.feed.tcp", doors.feed().tcp());
    check.tcp("management.http.listen", doors.http().listen());
    check.udp("management.bottler.listen", doors.bottler().listen());
  }

  private void tcp(String key, @Nullable Endpoint endpoint) {
    InetSocketAddress address = address(endpoint);
    if (endpoint == null || address == null) {
      return;
    }
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true); // connections of before are no obstacle to a server either
      socket.bind(address, 1);
      findings.ok(key + ": " + endpoint + " is free");
    } catch (IOException refused) {
      taken(key, endpoint, refused, SocketOwners.Kind.TCP);
    }
  }

  private void udp(String key, @Nullable Endpoint endpoint) {
    InetSocketAddress address = address(endpoint);
    if (endpoint == null || address == null) {
      return;
    }
    try (DatagramSocket socket = new DatagramSocket(null)) {
      socket.bind(address);
      findings.ok(key + ": " + endpoint + " is free");
    } catch (IOException refused) {
      taken(key, endpoint, refused, SocketOwners.Kind.UDP);
    }
  }

  /** Null: not asked for, a free one is, or there is no such host, of which another line tells. */
  private static @Nullable InetSocketAddress address(@Nullable Endpoint endpoint) {
    if (endpoint == null || endpoint.port() == 0) {
      return null;
    }
    try {
      return new InetSocketAddress(InetAddress.getByName(endpoint.host()), endpoint.port());
    } catch (UnknownHostException unknown) {
      return null;
    }
  }

  private void taken(
      String key, Endpoint endpoint, IOException refused, SocketOwners.Kind transport) {
    String why = String.valueOf(refused.getMessage()).toLowerCase(Locale.ROOT);
    String what = key + ": " + endpoint;
    if (why.contains("permission denied")) {
      findings.fail(
          what + " may not be opened by this user",
          "ports below 1024 take CAP_NET_BIND_SERVICE (argyle.service has it) or root, or lower"
              + " net.ipv4.ip_unprivileged_port_start");
    } else if (why.contains("in use")) {
      inUse(what, owners.of(transport, endpoint.port()));
    } // else it is no address of this host, of which another line tells
  }

  private void inUse(String what, List<SocketOwners.Owner> found) {
    if (server.pid() != 0 && found.stream().anyMatch(owner -> owner.pid() == server.pid())) {
      findings.ok(what + " is the running server's");
    } else if (found.isEmpty()) {
      findings.fail(
          what + " is in use by a process of another user",
          "run this as root to see which; end it, or choose another port");
    } else {
      SocketOwners.Owner owner = found.getFirst();
      findings.fail(
          what + " is in use by process " + owner.pid() + " (" + owner.name() + ")",
          "end it, or choose another port");
    }
  }
}
