package dev.argyle.server.control;

import dev.argyle.server.config.Endpoint;
import dev.argyle.server.list.NamedList;
import dev.argyle.server.rule.Decision;
import dev.argyle.server.rule.Explanation;
import dev.argyle.server.rule.Question;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.server.rule.RuleEntry;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.Host;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The rules that are in force. Safe for any thread. */
public final class RuleControl {

  /** How long a name may take: longer than any answer of a name server that is of use. */
  static final int LOOKUP_SECONDS = 10;

  /** Addresses of a name that are explained; of more, the first. */
  static final int MOST_ADDRESSES = 8;

  private final SocksControl socks;
  private final Function<String, @Nullable String> ownRules;

  /**
   * @param ownRules which rules are a user's own; null: none are. May block
   */
  RuleControl(SocksControl socks, Function<String, @Nullable String> ownRules) {
    this.socks = socks;
    this.ownRules = ownRules;
  }

  /** The rules in their order, and behind them what holds where none decides. */
  public List<RuleEntry> rules(Actor actor) {
    ProxyControl.check(actor, Operation.RULES);
    return socks.rules().entries(System.nanoTime());
  }

  /** The lists that rules can name, and how the files of each stand. */
  public List<NamedList.Status> lists(Actor actor) {
    ProxyControl.check(actor, Operation.RULES);
    return socks.lists().status();
  }

  /**
   * Who asks for what.
   *
   * @param user null: a client without a name
   * @param host an address or a name
   */
  public record Asked(@Nullable String user, InetAddress client, Command command, Endpoint host) {}

  /**
   * Whether a request would be served, and why.
   *
   * @param allowed whether an address may be dialled; a BIND or UDP ASSOCIATE: may be used
   * @param by what decided: about the first address that is allowed, else about the first; null:
   *     the name has no address
   * @param steps lines for people, in the order of what was asked
   * @param nameFailure why the name has no address; null: it has, or was not looked up
   */
  public record Explained(
      boolean allowed, @Nullable RuleRef by, List<String> steps, @Nullable String nameFailure) {

    public Explained {
      steps = List.copyOf(steps);
    }
  }

  /**
   * Explains what the rules say to a request. A name is looked up as the server itself does, unless
   * the rules deny it whatever its addresses are. May block for {@value #LOOKUP_SECONDS} s.
   */
  public Explained explain(Actor actor, Asked asked) {
    ProxyControl.check(actor, Operation.EXPLAIN);
    RuleBook rules = socks.rules();
    String host = asked.host.host();
    InetAddress literal = Addresses.parse(host);
    if (literal != null) {
      return explained(rules, asked, null, List.of(literal));
    }
    Decision denial = rules.decideName(question(asked, host, asked.client));
    if (denial != null) {
      String step = host + " is denied before it is looked up: " + denial.reason();
      return new Explained(false, denial.by(), List.of(step), null);
    }
    try {
      return explained(rules, asked, host, addresses(asked, host));
    } catch (UnknownHostException unknown) {
      String why = String.valueOf(unknown.getMessage());
      return new Explained(false, null, List.of(host + " does not resolve: " + why), why);
    }
  }

  private List<InetAddress> addresses(Asked asked, String host) throws UnknownHostException {
    CompletableFuture<List<InetAddress>> lookup =
        socks.lookUp(asked.client, asked.user, new Host.Name(host));
    try {
      return lookup.get(LOOKUP_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException failed) {
      if (failed.getCause() instanceof UnknownHostException unknown) {
        throw unknown;
      }
      throw new IllegalStateException(failed.getCause());
    } catch (TimeoutException late) {
      throw new UnknownHostException("no answer within " + LOOKUP_SECONDS + " s");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("interrupted");
    } finally {
      lookup.cancel(false);
    }
  }

  private Question question(Asked asked, @Nullable String name, InetAddress address) {
    String own = asked.user == null ? null : ownRules.apply(asked.user);
    return new Question(
        asked.user, asked.client, asked.command, name, address, asked.host.port(), own);
  }

  private Explained explained(
      RuleBook rules, Asked asked, @Nullable String name, List<InetAddress> addresses) {
    List<String> steps = new ArrayList<>();
    Decision deciding = null;
    for (InetAddress address : addresses.subList(0, Math.min(MOST_ADDRESSES, addresses.size()))) {
      Explanation explanation = rules.explain(question(asked, name, address));
      steps.add(explanation.summary(address, asked.host.port()));
      steps.addAll(explanation.misses());
      Decision decision = explanation.decision();
      if (deciding == null || (decision.allowed() && !deciding.allowed())) {
        deciding = decision;
      }
    }
    return deciding == null
        ? new Explained(false, null, steps, "no address")
        : new Explained(deciding.allowed(), deciding.by(), steps, null);
  }
}
