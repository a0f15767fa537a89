package dev.argyle.server.config;

import static java.util.stream.Collectors.joining;

import dev.argyle.server.config.Accounts.Authority;
import dev.argyle.wire.Addresses;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The kinds of values that have to do with who verifies passwords, and whether they go together.
 */
final class Outside {

  /** Stands for the user's name. */
  static final String NAME = "{name}";

  /** Stands for what the directory calls the user. */
  static final String DN = "{dn}";

  /** A group is looked for among those of a user, who has few. */
  static final int MOST_PLANS = 256;

  static final Kind<List<Authority>> AUTHORITIES =
      Kind.words(Authority.values())
          .notEmpty("name local, http or ldap, or some of them, in order");

  static final Kind<String> HTTP_URL = Kind.quoted("an https: URL", Outside::httpUrl);
  static final Kind<String> LDAP_URL = Kind.quoted("an ldaps: or ldap: URL", Outside::ldapUrl);
  static final Kind<String> WITH_NAME =
      Kind.quoted("a text with {name}", text -> having(text, NAME));
  static final Kind<String> GROUPS =
      Kind.quoted("a filter with {dn} or {name}", Outside::groupsFilter);
  static final Kind<Map<String, String>> PLANS =
      new Kind<>("null, or a map of groups to plans", Outside::plans, Outside::plansText);

  private Outside() {}

  private static URI uri(String text, List<String> schemes, String example) {
    try {
      URI uri = new URI(text);
      if (uri.getHost() != null
          && schemes.contains(String.valueOf(uri.getScheme()))
          && uri.getUserInfo() == null
          && uri.getFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException wrong) {
      // the advice below is the better one
    }
    throw new IllegalArgumentException(
        Quote.of(text) + " is not a URL that can be asked; write " + example);
  }

  private static String httpUrl(String text) {
    URI uri = uri(text, List.of("https", "http"), "https://HOST[:PORT]/PATH");
    if (uri.getScheme().equals("http") && !isLoopback(uri)) {
      throw new IllegalArgumentException(
          Quote.of(text)
              + " would send passwords in clear text; use https, or an address of loopback");
    }
    return text;
  }

  private static String ldapUrl(String text) {
    URI uri = uri(text, List.of("ldaps", "ldap"), "ldaps://HOST[:PORT]");
    if (uri.getQuery() != null || !(uri.getPath().isEmpty() || uri.getPath().equals("/"))) {
      throw new IllegalArgumentException(
          Quote.of(text) + " has more than a host and a port; bases have keys of their own");
    }
    return text;
  }

  private static boolean isLoopback(URI uri) {
    String host = uri.getHost();
    String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    return Addresses.isLoopback(bare);
  }

  private static String having(String text, String place) {
    if (!text.contains(place)) {
      throw new IllegalArgumentException(Quote.of(text) + " has no " + place);
    }
    return text;
  }

  private static String groupsFilter(String text) {
    return text.contains(NAME) ? text : having(text, DN);
  }

  private static Map<String, String> plans(Value value) {
    Map<String, String> plans = new LinkedHashMap<>();
    new Section(value, value.key(), value.problems())
        .forEach(
            (key, plan) -> {
              String group = key.read(null, Value::text);
              String name = plan.read(null, Value::text);
              if (name != null && !OwnAttributes.isName(name)) {
                plan.wrong(Quote.of(name) + " is not the name of a plan");
              } else if (group != null && name != null) {
                plans.put(group, name);
              }
            });
    if (plans.size() > MOST_PLANS) {
      throw new IllegalArgumentException("has " + plans.size() + " groups; at most " + MOST_PLANS);
    }
    return Collections.unmodifiableMap(plans);
  }

  private static String plansText(Map<String, String> plans) {
    return plans.isEmpty()
        ? "null"
        : plans.entrySet().stream()
            .map(plan -> Quote.yaml(plan.getKey()) + ": " + Quote.yaml(plan.getValue()))
            .collect(joining("\n      ", "\n      ", ""));
  }

  /** Reports what is missing, or does not go together. */
  static void check(Accounts accounts, Section top, Problems problems) {
    if (accounts.authenticate().contains(Authority.HTTP) && accounts.http().url() == null) {
      wrong(top, "accounts.authenticate", "http needs a service; name it as accounts.http.url");
    }
    if (accounts.authenticate().contains(Authority.LDAP) && problems.isEmpty()) {
      check(accounts.ldap(), top);
    }
  }

  private static void check(Accounts.Ldap ldap, Section top) {
    String url = ldap.url();
    if (url == null) {
      wrong(top, "accounts.authenticate", "ldap needs a directory; name it as accounts.ldap.url");
      return;
    }
    URI uri = URI.create(url);
    boolean tls = uri.getScheme().equals("ldaps");
    if (tls && ldap.startTls()) {
      wrong(
          top, "accounts.ldap.start-tls", "is of no use with ldaps; write ldap:// or leave it out");
    }
    if (!tls && !ldap.startTls() && !(ldap.clearText() && isLoopback(uri))) {
      wrong(
          top,
          "accounts.ldap.url",
          "would send passwords in clear text; use ldaps, or start-tls: true, or for a directory"
              + " on loopback clear-text: true");
    }
    if ((ldap.user() == null) == (ldap.searchBase() == null)) {
      wrong(
          top,
          "accounts.ldap.url",
          "needs one of accounts.ldap.user and accounts.ldap.search.base, to know who a name is");
    }
    if ((ldap.searchBind() == null) != (ldap.searchPasswordFile() == null)) {
      wrong(
          top,
          "accounts.ldap.url",
          "needs both or neither of accounts.ldap.search.bind and search.password-file");
    }
    if (ldap.groupsBase() == null && (ldap.membersOnly() || !ldap.plans().isEmpty())) {
      wrong(
          top,
          "accounts.ldap.url",
          "has plans or members-only, but no accounts.ldap.groups.base to look for groups");
    }
    if (ldap.membersOnly() && ldap.plans().isEmpty()) {
      wrong(
          top, "accounts.ldap.members-only", "admits nobody without groups in accounts.ldap.plans");
    }
  }

  private static void wrong(Section top, String key, String message) {
    Value value = top.value(key);
    if (value != null) {
      value.wrong(message);
    }
  }
}
