package dev.argyle.cli.manual;

/** What no table of the program says. Lines of a tag, a tab and a text. */
final class Texts {

  static final String SERVE =
      """
      When every listener is open, the server writes `endpoints.json` into its data directory and prints one line \
      that begins with `ready` to standard output. The access log goes to standard output and the security log to \
      standard error, unless the configuration names files.
      Every setting has a default. Without a configuration the SOCKS listener is on loopback, and clients on loopback \
      may also connect without a password. If other hosts can reach a listener, `socks.authentication` must be set.
      The first start creates an administrator `admin` with a random password and a token for Bottler, and keeps both \
      in `admin.secret` in the data directory. `argyle ctl` and `argyle top` on the same machine find them there.
      A second server on the same data directory is refused.
      """;

  static final String SIGNALS =
      """
      SIGTERM\tStops: listeners are closed, and open connections get `socks.drain-time` to finish. The exit status \
      is 0.
      SIGINT\tThe same.
      SIGHUP\tReads the configuration and certificates again and opens the log files again. If the configuration has \
      an error, the old one stays in force.
      SIGUSR1\tOpens the log files again, and does nothing else: for **logrotate**(8).
      """;

  static final String ENVIRONMENT =
      """
      ARGYLE_CONFIG\tThe configuration, where `-c` does not name one; see FILES.
      XDG_CONFIG_HOME, XDG_STATE_HOME\tWhere a user's programs have their configuration and their data; by default \
      `~/.config` and `~/.local/state`.
      STATE_DIRECTORY, NOTIFY_SOCKET, WATCHDOG_USEC, LISTEN_FDS\tSet by systemd for its services: where the data is, \
      where to tell it that the server is ready and alive, and which listeners it has opened.
      JAVA_HOME\tA JDK or runtime of Java 25 or newer, for an installation that has none of its own.
      NO_COLOR\tIf it is set and not empty, `argyle top` uses no colours.
      """;

  static final String FILES =
      """
      ./argyle.yaml, $XDG_CONFIG_HOME/argyle/argyle.yaml, /etc/argyle/argyle.yaml\tThe configuration is the first of \
      these that is there, unless `-c` or `ARGYLE_CONFIG` names another one; see **argyle.yaml**(5).
      ./data, ~/.local/state/argyle, /var/lib/argyle\tThe data directory, unless `--data` names another one: `./data` \
      if a server has used it; otherwise for root `/var/lib/argyle` if a server has used it, or `./data`, and for \
      other users the one below their home. It has accounts (`accounts.db`), usage (`usage.db`), \
      ended connections (`history`), `admin.secret`, `endpoints.json`.
      /usr/share/doc/argyle/docs\tThe whole manual, as the package installs it; in an archive, `docs` beside the \
      command. What messages and files call `docs/rules.md`, for example, is `rules.md` there.
      """;

  private Texts() {}
}
