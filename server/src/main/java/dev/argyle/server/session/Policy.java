package dev.argyle.server.session;

import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.Network;
import dev.argyle.server.config.Socks;
import dev.argyle.server.dial.Gate;
import dev.argyle.server.egress.EgressClient;
import dev.argyle.server.egress.Egresses;
import dev.argyle.server.list.NamedList;
import dev.argyle.server.rule.RuleBook;
import dev.argyle.server.session.gssapi.GssapiService;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.Destination;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.Method;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a session goes by, fixed when its client is accepted. A changed configuration makes another
 * one for those that follow; only associations ask for the rules and their own settings anew.
 *
 * @param methods in order of preference
 * @param gssapi null: not among the methods
 */
public record Policy(
    List<Method> methods,
    long handshakeNanos,
    long connectNanos,
    long bindNanos,
    RuleBook rules,
    Egresses egresses,
    boolean sessionSuffix,
    List<Network> proxyProtocolFrom,
    Socks.Udp udp,
    Socks.Bind bind,
    @Nullable GssapiService gssapi) {

  /**
   * From the configuration, and the rules and egresses that were made of it. Whose principals are
   * users may be derived from the keytab, here and never again: it must not change while the
   * configuration stays.
   */
  public static Policy of(Socks socks, RuleBook rules, Egresses egresses) {
    return new Policy(
        socks.authentication(),
        socks.handshakeTimeout().toNanos(),
        socks.connectTimeout().toNanos(),
        socks.bindTimeout().toNanos(),
        rules,
        egresses,
        socks.sessionSuffix(),
        socks.proxyProtocolFrom(),
        socks.udp(),
        socks.bind(),
        GssapiService.of(socks));
  }

  /** From a configuration whose rules name no lists; they are compiled. */
  public static Policy of(Configuration configuration) {
    return of(configuration, Map.of());
  }

  /**
   * From a configuration, whose rules are compiled.
   *
   * @param lists that rules name, by name
   */
  public static Policy of(Configuration configuration, Map<String, NamedList> lists) {
    return of(
        configuration.socks(),
        RuleBook.compile(configuration.rules(), lists),
        Egresses.of(configuration.egress()));
  }

  /** This policy, but whoever offers NO AUTHENTICATION is let in. */
  public Policy admittingAnyone() {
    if (admitsAnyone()) {
      return this;
    }
    List<Method> more = new ArrayList<>(methods);
    more.add(Method.NONE);
    return with(more);
  }

  /** This policy, but nobody is let in without a login; with a password where nothing else is. */
  public Policy requiringLogin() {
    List<Method> fewer = new ArrayList<>(methods);
    fewer.remove(Method.NONE);
    return with(fewer.isEmpty() ? List.of(Method.PASSWORD) : fewer);
  }

  /** Whether somebody may come in without a login. */
  public boolean admitsAnyone() {
    return methods.contains(Method.NONE);
  }

  /** This policy, but with other rules, such as for other listeners of ours. */
  public Policy with(RuleBook others) {
    return with(methods, others);
  }

  private Policy with(List<Method> others) {
    return with(List.copyOf(others), rules);
  }

  private Policy with(List<Method> otherMethods, RuleBook otherRules) {
    return new Policy(
        otherMethods,
        handshakeNanos,
        connectNanos,
        bindNanos,
        otherRules,
        egresses,
        sessionSuffix,
        proxyProtocolFrom,
        udp,
        bind,
        gssapi);
  }

  /** Whether a PROXY protocol header is expected, and believed, from this peer. */
  boolean believesProxyHeaderOf(InetAddress peer) {
    for (Network network : proxyProtocolFrom) {
      if (network.contains(peer)) {
        return true;
      }
    }
    return false;
  }

  /**
   * The rules as one client with one request meets them; its connection notes what decided.
   *
   * @param own which rules are its account's own; null: none are
   */
  Gate gate(
      LiveConnection client,
      @Nullable String own,
      Command command,
      Destination asked,
      @Nullable String egressOfAccount,
      @Nullable EgressClient leaves) {
    return new RuleGate(this, client, own, command, asked, egressOfAccount, leaves);
  }
}
