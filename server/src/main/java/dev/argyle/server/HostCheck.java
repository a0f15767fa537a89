package dev.argyle.server;

import dev.argyle.server.config.Accounts;
import dev.argyle.server.config.Accounts.Authority;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.EgressSettings;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Given;
import dev.argyle.server.config.Management;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.http.TlsFiles;
import dev.argyle.server.outside.Trust;
import dev.argyle.server.telemetry.LogDestination;
import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a configuration asks for that this host does not have: folders, addresses, SCTP. Nothing is
 * changed; an address is tried by a listener on a free port, which is closed at once. A server that
 * runs with the same configuration is not disturbed.
 */
public final class HostCheck {

  private final List<String> warnings = new ArrayList<>();

  private HostCheck() {}

  /** What is missing, each with its key and what to do. */
  public static List<String> warnings(Configuration configuration, Given given) {
    HostCheck check = new HostCheck();
    check.log("log.access", configuration.log().access());
    check.log("log.security", configuration.log().security());
    List<Endpoint> listen = configuration.socks().listen();
    for (int i = 0; i < listen.size(); i++) {
      check.listener("socks.listen[" + i + "]", listen.get(i));
    }
    Management doors = configuration.management();
    check.listener("management.mass.listen", doors.mass().listen());
    check.listener("management.feed.tcp", doors.feed().tcp());
    check.listener("management.bottler.listen", doors.bottler().listen());
    check.listener("management.http.listen", doors.http().listen());
    check.tls(doors.http().tls());
    check.sctp(doors.feed().listen(), given);
    check.sources(configuration.rules());
    check.egresses(configuration.egress());
    check.outside(configuration.accounts());
    return check.warnings;
  }

  private void log(String key, @Nullable String name) {
    if (LogDestination.named(name) instanceof LogDestination.File(Path path)) {
      String wrong = wrong(path);
      if (wrong != null) {
        warnings.add(key + ": " + name + ": " + wrong);
      }
    }
  }

  private static @Nullable String wrong(Path file) {
    Path folder = file.toAbsolutePath().getParent();
    if (Files.isDirectory(file)) {
      return "is a directory; name a file";
    }
    if (folder != null && !Files.isDirectory(folder)) {
      return "its folder does not exist; create it, or name another file";
    }
    boolean writable =
        Files.exists(file) ? Files.isWritable(file) : folder == null || Files.isWritable(folder);
    return writable
        ? null
        : "cannot be written by this user; run this check as the server's user, or change the"
            + " owner";
  }

  private void tls(Management.Tls tls) {
    if (tls.certificate() != null && tls.key() != null) {
      try {
        TlsFiles.read(Path.of(tls.certificate()), Path.of(tls.key()));
      } catch (IOException wrong) {
        warnings.add("management.http.tls: " + wrong.getMessage());
      }
    }
  }

  private void listener(String key, @Nullable Endpoint endpoint) {
    if (endpoint != null) {
      try {
        String wrong = wrong(InetAddress.getByName(endpoint.host()));
        if (wrong != null) {
          warnings.add(key + ": " + endpoint + ": " + wrong);
        }
      } catch (UnknownHostException unknown) {
        warnings.add(key + ": " + endpoint + ": no such host; give an address of this machine");
      }
    }
  }

  private void sources(List<RuleLine> rules) {
    Set<InetAddress> seen = new HashSet<>();
    for (int i = 0; i < rules.size(); i++) {
      InetAddress source = rules.get(i).source();
      String wrong = source == null || !seen.add(source) ? null : wrong(source);
      if (source != null && wrong != null) {
        warnings.add("rules[" + i + "].source: " + Addresses.text(source) + ": " + wrong);
      }
    }
  }

  private void egresses(Map<String, EgressSettings> egresses) {
    new TreeMap<>(egresses)
        .forEach(
            (name, egress) -> {
              for (InetAddress address :
                  egress.freeBind() ? List.<InetAddress>of() : egress.addresses()) {
                String wrong = wrong(address);
                if (wrong != null) {
                  warnings.add(
                      "egress."
                          + name
                          + ".addresses: "
                          + Addresses.text(address)
                          + ": "
                          + wrong
                          + "; add it to an interface, or set free-bind: true");
                }
              }
              String device = egress.networkInterface();
              if (device != null && !Files.isDirectory(Path.of("/sys/class/net", device))) {
                warnings.add(
                    "egress." + name + ".interface: " + device + ": there is no such interface");
              }
            });
  }

  /** The files of those who verify passwords; nobody is connected to. */
  private void outside(Accounts accounts) {
    List<Authority> asked = accounts.authenticate();
    if (asked.contains(Authority.HTTP)) {
      trust("accounts.http.ca", accounts.http().ca());
      secret("accounts.http.secret-file", accounts.http().secretFile());
    }
    if (asked.contains(Authority.LDAP)) {
      trust("accounts.ldap.ca", accounts.ldap().ca());
      secret("accounts.ldap.search.password-file", accounts.ldap().searchPasswordFile());
    }
  }

  private void trust(String key, @Nullable String file) {
    try {
      Trust.context(key, file);
    } catch (IOException wrong) {
      warnings.add(String.valueOf(wrong.getMessage()));
    }
  }

  private void secret(String key, @Nullable String file) {
    try {
      if (file != null) {
        Trust.secret(key, file);
      }
    } catch (IOException wrong) {
      warnings.add(String.valueOf(wrong.getMessage()));
    }
  }

  /** Why this host cannot listen there, or dial from there; null: it can. */
  private static @Nullable String wrong(InetAddress address) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(address, 0));
      return null;
    } catch (IOException refused) {
      return "is not an address of this host";
    }
  }

  private void sctp(@Nullable Endpoint feed, Given given) {
    if (feed == null || !given.asksFor(Doors.FEED_KEY)) {
      return; // a default that cannot be had is nothing to warn of
    }
    String missing = DoorListener.sctpMissing();
    if (missing != null) {
      warnings.add(Doors.FEED_KEY + ": " + feed + ": " + Doors.withoutSctp(missing));
    } else {
      listener(Doors.FEED_KEY, feed);
    }
  }
}
