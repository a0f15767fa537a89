package dev.argyle.server;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.config.ConfigProblem;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.ConfigurationSource;
import dev.argyle.server.config.Read;
import dev.argyle.server.list.ListFault;
import dev.argyle.server.list.Lists;
import dev.argyle.server.session.login.OutsideLogins;
import dev.argyle.server.telemetry.Counters;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What a server reads before it starts: without it, there is no server. */
final class Loading {

  private Loading() {}

  static Read.Ok configuration(ConfigurationSource source) throws StartFailure {
    return switch (source.load()) {
      case Read.Ok right -> right;
      case Read.Wrong(List<ConfigProblem> problems) ->
          throw new StartFailure(
              problems.stream().map(ConfigProblem::toString).collect(Collectors.joining("\n")), 2);
    };
  }

  static Lists lists(Configuration configuration) throws StartFailure {
    try {
      return Lists.load(configuration.listFiles());
    } catch (ListFault wrong) {
      throw new StartFailure(String.valueOf(wrong.getMessage()), 2);
    }
  }

  /** Null: accounts verify every password themselves. */
  static @Nullable OutsideLogins outside(Accounts config, AccountBook accounts, Counters counters)
      throws StartFailure {
    try {
      return OutsideLogins.of(config, accounts, counters.shared());
    } catch (IOException wrong) {
      throw new StartFailure(String.valueOf(wrong.getMessage()), 2);
    }
  }
}
