package dev.argyle.server.session;

import dev.argyle.server.dial.Gate;
import dev.argyle.server.egress.EgressClient;
import dev.argyle.server.egress.Egresses;
import dev.argyle.server.egress.Sources;
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
  private final @Nullable String own;
  private final Command command;
  private final @Nullable String name;
  private final int port;
  private final Egresses egresses;
  private final @Nullable String ofAccount;
  private final @Nullable EgressClient leaves;
  private @Nullable Decision last;

  /**
   * @param own which rules are the account's own; null: none are
   * @param ofAccount the egress that the client's account names; null: none
   * @param leaves the client, as an egress sees it; null: there is no egress to see it
   */
  RuleGate(
      Policy policy,
      LiveConnection client,
      @Nullable String own,
      Command command,
      Destination asked,
      @Nullable String ofAccount,
      @Nullable EgressClient leaves) {
    this.own = own;
    this.rules = policy.rules();
    this.egresses = policy.egresses();
    this.ofAccount = ofAccount;
    this.leaves = leaves;
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
  public @Nullable Sources sources() {
    return leaves == null ? null : egresses.of(ofAccount, leaves);
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
    return new Question(user, client.client(), command, asked, address, port, own);
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
    if (decision.source() != null) {
      return new Allowed(decision.source());
    }
    String byRule = decision.egress();
    Sources sources = byRule == null || leaves == null ? sources() : egresses.of(byRule, leaves);
    return sources == null ? Allowed.FROM_ANY : new Allowed(sources);
  }
}
