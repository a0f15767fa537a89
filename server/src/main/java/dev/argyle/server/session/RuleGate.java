package dev.argyle.server.session;

import dev.argyle.server.dial.Gate;
import dev.argyle.server.rule.Decision;
import dev.argyle.server.rule.Question;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * The rules as one client with one request meets them. What decided is noted at the client's
 * connection, and counted as a hit: once for each rule in a row, for a name may have many
 * addresses. Belongs to the session's loop.
 */
final class RuleGate implements Gate {

  private final RuleBook rules;
  private final LiveConnection client;
  private final @Nullable String user;
  private final Command command;
  private final @Nullable String name;
  private final int port;
  private @Nullable Decision last;

  RuleGate(RuleBook rules, LiveConnection client, Command command, Destination asked) {
    this.rules = rules;
    this.client = client;
    this.user = client.user();
    this.command = command;
    this.name = asked.host() instanceof Host.Name(String text) ? text : null;
    this.port = asked.port();
  }

  @Override
  public Verdict check(InetAddress address) {
    return verdict(decision(address));
  }

  @Override
  public Verdict checkName(String plainName) {
    Decision denial = rules.decideName(question(plainName, client.client()));
    return denial == null ? Allowed.FROM_ANY : verdict(denial);
  }

  @Override
  public void won(InetAddress address) {
    client.decided(decision(address).by());
  }

  private Decision decision(InetAddress address) {
    return rules.decide(question(name, address));
  }

  private Question question(@Nullable String asked, InetAddress address) {
    return new Question(user, client.client(), command, asked, address, port);
  }

  private Verdict verdict(Decision decision) {
    if (decision != last) {
      last = decision;
      client.decided(decision.by());
      rules.hit(decision, System.nanoTime());
    }
    if (!decision.allowed()) {
      return new Denied(decision.reason());
    }
    return decision.source() == null ? Allowed.FROM_ANY : new Allowed(decision.source());
  }
}
