package dev.argyle.server.outside;

import dev.argyle.server.config.Accounts;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Hashtable;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.naming.AuthenticationException;
import javax.naming.CommunicationException;
import javax.naming.Context;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.PartialResultException;
import javax.naming.directory.Attribute;
import javax.naming.directory.SearchControls;
import javax.naming.directory.SearchResult;
import javax.naming.ldap.InitialLdapContext;
import javax.naming.ldap.LdapContext;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.StartTlsRequest;
import javax.naming.ldap.StartTlsResponse;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One connection to a directory, for one question. For one thread. */
final class LdapLogin implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LdapLogin.class);

  /** Of one user, and of a search for one. Fixed: whoever has more is looked at by none of them. */
  private static final int MOST_GROUPS = 1000;

  private static final int INVALID_CREDENTIALS = 49;

  /** What says that it is not this user, rather than that the directory does not work. */
  private static final Set<Integer> DENIALS =
      Set.of(
          32, // no such object
          48, // inappropriate authentication: it has no password
          INVALID_CREDENTIALS);

  private static final Pattern CODE = Pattern.compile("error code ([0-9]{1,4})");

  private final Accounts.Ldap config;
  private final LdapContext context;
  private @Nullable StartTlsResponse started;

  private LdapLogin(Accounts.Ldap config, LdapContext context) {
    this.config = config;
    this.context = context;
  }

  /**
   * Connects, and begins TLS.
   *
   * @param tls null: in clear text
   */
  @SuppressWarnings("JdkObsolete") // JNDI wants a Hashtable
  static LdapLogin connect(Accounts.Ldap config, String url, @Nullable SSLContext tls)
      throws NamingException, IOException {
    Hashtable<String, Object> settings = new Hashtable<>();
    String millis = Long.toString(config.timeout().toMillis());
    settings.put(Context.INITIAL_CONTEXT_FACTORY, "com.sun.jndi.ldap.LdapCtxFactory");
    settings.put(Context.PROVIDER_URL, url);
    settings.put(Context.SECURITY_AUTHENTICATION, "none"); // until TLS has begun
    settings.put(Context.REFERRAL, "ignore");
    settings.put("java.naming.ldap.version", "3");
    settings.put("com.sun.jndi.ldap.connect.timeout", millis);
    settings.put("com.sun.jndi.ldap.read.timeout", millis);
    settings.put("java.naming.ldap.factory.socket", LdapSockets.class.getName());
    boolean tlsFirst = tls != null && !config.startTls();
    LdapSockets.use(
        tlsFirst ? Objects.requireNonNull(tls).getSocketFactory() : SocketFactory.getDefault());
    LdapLogin login;
    try {
      login = new LdapLogin(config, new InitialLdapContext(settings, null));
    } finally {
      LdapSockets.done();
    }
    if (tls != null && config.startTls()) {
      login.startTls(tls);
    }
    return login;
  }

  private void startTls(SSLContext tls) throws NamingException, IOException {
    try {
      StartTlsResponse response =
          (StartTlsResponse) context.extendedOperation(new StartTlsRequest());
      started = response;
      response.negotiate(tls.getSocketFactory()); // checks that the certificate is the host's
    } catch (NamingException | IOException | RuntimeException failed) {
      close();
      throw failed;
    }
  }

  Answer judge(Authority.Asked asked) throws NamingException, IOException {
    if (!LdapText.hasOneSpelling(asked.name())) {
      return new Answer.Denied();
    }
    String template = config.user();
    String user =
        template == null ? search(asked.name()) : LdapText.bindName(template, asked.name());
    if (user == null) {
      return new Answer.Denied();
    }
    try {
      bind(user, asked.password());
    } catch (NamingException refused) {
      if (refused instanceof CommunicationException || !DENIALS.contains(code(refused))) {
        throw refused;
      }
      return new Answer.Denied();
    }
    return admitted(asked.name(), user);
  }

  /** An empty password is never sent: a directory would take it for nobody's, and say yes. */
  private void bind(String who, byte[] password) throws NamingException {
    if (who.isEmpty() || password.length == 0) {
      throw new AuthenticationException("error code " + INVALID_CREDENTIALS);
    }
    context.addToEnvironment(Context.SECURITY_AUTHENTICATION, "simple");
    context.addToEnvironment(Context.SECURITY_PRINCIPAL, who);
    context.addToEnvironment(Context.SECURITY_CREDENTIALS, password.clone());
    context.reconnect(null);
  }

  /** What the directory calls a user; null: it has none of this name, or several. */
  private @Nullable String search(String name) throws NamingException, IOException {
    String searcher = config.searchBind();
    String file = config.searchPasswordFile();
    if (searcher != null && file != null) {
      String secret = Trust.secret("accounts.ldap.search.password-file", file);
      try {
        bind(searcher, secret.getBytes(StandardCharsets.UTF_8));
      } catch (AuthenticationException wrong) { // ours, not the client's
        throw new IOException(
            "accounts.ldap.search.bind: the directory refuses its password (error code "
                + code(wrong)
                + ")");
      }
    }
    String filter = LdapText.filter(config.searchFilter(), name, "");
    String found = null;
    NamingEnumeration<SearchResult> entries =
        find(Objects.requireNonNull(config.searchBase()), filter, "1.1"); // no attribute
    try {
      while (hasMore(entries)) {
        if (found != null) {
          return null;
        }
        found = entries.next().getNameInNamespace();
      }
    } finally {
      entries.close();
    }
    return found;
  }

  /** An entry is read as its attributes; none is made an object of Java. */
  @SuppressWarnings("BanJNDI") // the JDK trusts neither code nor serial data of a directory
  private NamingEnumeration<SearchResult> find(String base, String filter, String attribute)
      throws NamingException {
    SearchControls controls = new SearchControls();
    controls.setSearchScope(SearchControls.SUBTREE_SCOPE);
    controls.setCountLimit(MOST_GROUPS);
    controls.setTimeLimit((int) config.timeout().toMillis());
    controls.setReturningAttributes(new String[] {attribute});
    controls.setReturningObjFlag(false);
    return context.search(new LdapName(base), filter, controls);
  }

  /**
   * Whether there is another entry. Behind the last one, JNDI throws if the directory has also
   * named other ones, which are not asked: Active Directory does so whenever the whole domain is
   * searched.
   */
  private static boolean hasMore(NamingEnumeration<SearchResult> entries) throws NamingException {
    try {
      return entries.hasMore();
    } catch (PartialResultException referrals) {
      return false;
    }
  }

  private Answer admitted(String name, String user) throws NamingException {
    Map<String, @Nullable String> attributes = new HashMap<>();
    if (config.groupsBase() != null && !config.plans().isEmpty()) {
      String plan = plan(groups(config.groupsBase(), name, user));
      if (plan == null && config.membersOnly()) {
        return new Answer.Denied();
      }
      attributes.put("plan", plan); // null: whoever has left a group loses its plan
    }
    return new Answer.Allowed(attributes, config.remember());
  }

  private @Nullable String plan(Set<String> groups) {
    for (Map.Entry<String, String> plan : config.plans().entrySet()) {
      if (groups.contains(plan.getKey().toLowerCase(Locale.ROOT))) {
        return plan.getValue();
      }
    }
    return null;
  }

  /** As the user, who has just logged in. */
  private Set<String> groups(String base, String name, String user) throws NamingException {
    Set<String> groups = new TreeSet<>();
    NamingEnumeration<SearchResult> entries =
        find(base, LdapText.filter(config.groupsFilter(), name, user), config.groupsAttribute());
    try {
      while (hasMore(entries)) {
        Attribute values = entries.next().getAttributes().get(config.groupsAttribute());
        for (int i = 0; values != null && i < values.size(); i++) {
          groups.add(String.valueOf(values.get(i)).toLowerCase(Locale.ROOT));
        }
      }
    } finally {
      entries.close();
    }
    return groups;
  }

  /** The number of a result (RFC 4511, appendix A); -1: it is none of the directory. */
  private static int code(NamingException failed) {
    Matcher code = CODE.matcher(String.valueOf(failed.getMessage()));
    return code.find() ? Integer.parseInt(code.group(1)) : -1;
  }

  /** Without what the directory has sent: that could be anything, also a password. */
  static String words(NamingException failed) {
    int code = code(failed);
    if (code >= 0) {
      return "the directory answers with error code " + code;
    }
    return failed instanceof CommunicationException
        ? "it cannot be connected to, or its certificate is not believed"
        : "no answer in time, or none that is of LDAP (" + failed.getClass().getSimpleName() + ")";
  }

  @Override
  public void close() {
    try {
      if (started != null) {
        started.close();
      }
    } catch (IOException ended) {
      LOG.debug("the connection to the directory had ended", ended);
    }
    try {
      context.close();
    } catch (NamingException ended) {
      LOG.debug("the connection to the directory had ended", ended);
    }
  }
}
