package dev.argyle.server.control;

import dev.argyle.server.config.ConfigProblem;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Differences;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.config.Given;
import dev.argyle.server.config.Read;
import dev.argyle.server.config.Socks;
import dev.argyle.server.list.Lists;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Method;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configuration's file while the server runs: read again, and compared with what was read. */
final class ConfigurationFile {

  private static final Logger LOG = LoggerFactory.getLogger(SocksControl.class);

  /** These keys, and those of these sections, are read at start only. */
  private static final Set<String> READ_AT_START =
      Set.of(
          "socks.relay",
          "socks.loops",
          "socks.kernel-buffers",
          "socks.keepalive",
          "accounts.url",
          "accounts.time-zone",
          "accounts.authenticate");

  private static final List<String> SECTIONS_READ_AT_START =
      List.of("management.", "dns.", "log.", "accounts.http.", "accounts.ldap.");

  private final ConfigurationSource source;
  private final Configuration atStart;
  private final Lists lists;

  /**
   * @param lists as {@code atStart} names them
   */
  ConfigurationFile(ConfigurationSource source, Configuration atStart, Lists lists) {
    this.source = source;
    this.atStart = atStart;
    this.lists = lists;
  }

  /** What rules name as lists. */
  Lists lists() {
    return lists;
  }

  /** Reads the lists again; false: a new one cannot be read, which is logged, and all is as was. */
  boolean readLists(Configuration next) {
    List<String> problems = lists.reload(next.listFiles());
    problems.forEach(problem -> LOG.error("the configuration was not changed: {}", problem));
    return problems.isEmpty();
  }

  /** Null: it has mistakes, which are logged. */
  @Nullable Configuration load() {
    return switch (source.load()) {
      case Read.Ok(Configuration next, Given given) -> {
        given.warnings().forEach(warning -> LOG.warn("{}", warning));
        yield next;
      }
      case Read.Wrong(List<ConfigProblem> problems) -> {
        problems.forEach(problem -> LOG.error("{}", problem));
        yield null;
      }
    };
  }

  /**
   * The file's own check is of the listeners that it names; the ones that are open may be others,
   * until the next start.
   */
  static boolean opensToOthers(Socks next, List<Endpoint> open) {
    return !next.noneIsWrittenOut()
        && next.authentication().contains(Method.NONE)
        && open.stream().anyMatch(endpoint -> !Addresses.isLoopback(endpoint.host()));
  }

  void warnOfWhatNeedsARestart(Configuration next) {
    List<String> late =
        Differences.between(atStart, next).stream()
            .filter(ConfigurationFile::isReadAtStart)
            .toList();
    if (!late.isEmpty()) {
      LOG.warn("read at start only: restart to apply {}", String.join(", ", late));
    }
  }

  private static boolean isReadAtStart(String key) {
    return READ_AT_START.contains(key) || SECTIONS_READ_AT_START.stream().anyMatch(key::startsWith);
  }
}
