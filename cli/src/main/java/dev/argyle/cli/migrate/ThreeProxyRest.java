package dev.argyle.cli.migrate;

import dev.argyle.cli.migrate.ThreeProxyFile.Command;
import java.util.List;

/** The commands of 3proxy.cfg that have no setting of ours: each is named. */
final class ThreeProxyRest {

  private static final List<String> OTHER_SERVICES =
      List.of(
          "tcppm", "udppm", "ftppr", "pop3p", "smtpp", "imapp", "dnspr", "icqpr", "tlspr", "auto");

  private ThreeProxyRest() {}

  static void name(Command line, Translation out) {
    Statement place = line.place();
    String name = line.name();
    switch (name) {
      case "daemon", "service", "pidfile", "setuid", "setgid", "chroot" ->
          out.unneeded(place, "whoever starts the server decides this: see argyle.service");
      case "stacksize", "maxseg", "delimchar", "config", "authcache", "nscache6" ->
          out.unneeded(place, "nothing of the kind has to be set");
      case "rotate", "archiver" ->
          out.unneeded(place, "logrotate moves the logs away and sends SIGUSR1");
      case "logformat", "logdump" -> out.left(place, "log.format is tab or json");
      case "nsrecord", "fakeresolve" -> out.left(place, "names are those of the name servers");
      case "proxy" -> out.left(place, "Argyle speaks SOCKS 5 alone and is no HTTP proxy");
      case "admin" -> out.left(place, "the dashboard is on management.http.listen");
      case "bandlimin", "bandlimout", "nobandlimin", "nobandlimout" ->
          out.left(place, "limits of a user's rate belong to its account");
      case "counter", "countin", "countout", "nocountin", "nocountout", "countall" ->
          out.left(place, "argyle ctl and the dashboard show what each user has used");
      case "connlim", "noconnlim" ->
          out.left(
              place, "see socks.max-connections-per-source and socks.max-connections-per-user");
      case "force", "noforce" ->
          out.unneeded(place, "open connections stay when the configuration is read again");
      case "system", "plugin", "monitor", "dialer", "writable" ->
          out.left(
              line.showing(1).place(), "nothing is run, loaded or written by the configuration");
      case "radius" -> out.left(line.showing(0).place(), "users are those of argyle users");
      default ->
          out.left(
              OTHER_SERVICES.contains(name) ? place : line.showing(0).place(),
              OTHER_SERVICES.contains(name)
                  ? "Argyle speaks SOCKS 5 alone"
                  : "argyle import-config does not know it; see argyle.yaml(5)");
    }
  }
}
