package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import dev.argyle.server.config.Socks;
import dev.argyle.server.session.gssapi.Negotiation.Step;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.gssapi.Protection;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import javax.security.auth.Subject;
import javax.security.auth.login.AppConfigurationEntry;
import javax.security.auth.login.AppConfigurationEntry.LoginModuleControlFlag;
import javax.security.auth.login.Configuration;
import javax.security.auth.login.LoginContext;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.MessageProp;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/** A client's side, on Java's own library, for tests. */
public final class Initiator {

  private final Subject subject;
  private final GSSContext context;

  private Initiator(Subject subject, GSSContext context) {
    this.subject = subject;
    this.context = context;
  }

  /** A user with a ticket for {@code rcmd/localhost}. */
  public static Initiator of(String user) throws Exception {
    return of(user, "rcmd/localhost@ARGYLE.TEST", true);
  }

  /**
   * @param watchesOrder whether the library is asked to notice replays and gaps
   */
  static Initiator of(String user, String service, boolean watchesOrder) throws Exception {
    Subject subject = login(KerberosRealm.running().tickets(user).toString());
    GSSContext context =
        as(
            subject,
            () -> {
              GSSManager manager = GSSManager.getInstance();
              Oid kerberos = new Oid("1.2.840.113554.1.2.2");
              Oid name = new Oid("1.2.840.113554.1.2.2.1");
              GSSContext made =
                  manager.createContext(
                      manager.createName(service, name),
                      kerberos,
                      null,
                      GSSContext.DEFAULT_LIFETIME);
              made.requestMutualAuth(true);
              made.requestReplayDet(watchesOrder);
              made.requestSequenceDet(watchesOrder);
              made.requestConf(true);
              made.requestInteg(true);
              return made;
            });
    return new Initiator(subject, context);
  }

  private static Subject login(String cache) throws LoginException {
    AppConfigurationEntry entry =
        new AppConfigurationEntry(
            "com.sun.security.auth.module.Krb5LoginModule",
            LoginModuleControlFlag.REQUIRED,
            Map.of("useTicketCache", "true", "doNotPrompt", "true", "ticketCache", cache));
    Configuration configuration =
        new Configuration() {
          @Override
          public AppConfigurationEntry[] getAppConfigurationEntry(String name) {
            return new AppConfigurationEntry[] {entry};
          }
        };
    LoginContext login = new LoginContext("client", new Subject(), null, configuration);
    login.login();
    return login.getSubject();
  }

  private static <T> T as(Subject subject, Callable<T> call) {
    return Subject.callAs(subject, call);
  }

  /** The first context token. */
  public Token begin() {
    return new Token(Purpose.CONTEXT, as(subject, () -> context.initSecContext(new byte[0], 0, 0)));
  }

  /** Takes the server's context token. */
  public void take(@Nullable Token answer) {
    assertThat(answer).as("a context token").isNotNull();
    if (answer != null) {
      as(subject, () -> context.initSecContext(answer.value(), 0, answer.value().length));
    }
    assertThat(context.isEstablished()).isTrue();
  }

  /** Asks for a level. */
  public Token level(int wanted) throws GSSException {
    return new Token(Purpose.PROTECTION_LEVEL, wrap(false, (byte) wanted));
  }

  byte[] wrap(boolean privately, byte... plain) throws GSSException {
    return context.wrap(plain, 0, plain.length, new MessageProp(0, privately));
  }

  /** A frame of data. */
  public Token data(byte[] plain) throws GSSException {
    return new Token(Purpose.DATA, wrap(true, plain));
  }

  public byte[] unwrap(byte[] token) throws GSSException {
    return context.unwrap(token, 0, token.length, new MessageProp(0, false));
  }

  /** Up to the level that was granted. */
  Step.Agreed agree(Negotiation negotiation, int wanted) throws GSSException {
    if (!(negotiation.next(begin()) instanceof Step.Continue(Token answer))) {
      throw new AssertionError("no context");
    }
    take(answer);
    Step step = negotiation.next(level(wanted));
    assertThat(step).isInstanceOf(Step.Agreed.class);
    return (Step.Agreed) step;
  }

  /** A service with the realm's keytab. */
  public static GssapiService service(boolean nec, Protection... levels) throws IOException {
    return service(null, null, nec, levels);
  }

  static GssapiService service(
      @Nullable String principal, @Nullable String realm, boolean nec, Protection... levels)
      throws IOException {
    String keytab = KerberosRealm.running().keytab().toString();
    List<String> names = new ArrayList<>();
    for (Protection level : levels) {
      names.add(level.name().toLowerCase(Locale.ROOT));
    }
    String yaml =
        """
        socks:
          authentication: [gssapi]
          gssapi: { keytab: "%s", principal: %s, realm: %s, protection: %s, nec: %s }
        """
            .formatted(keytab, principal, realm, names, nec);
    if (!(ConfigurationReader.read("argyle.yaml", yaml) instanceof Read.Ok(var configuration, _))) {
      throw new AssertionError(ConfigurationReader.read("argyle.yaml", yaml));
    }
    Socks socks = configuration.socks();
    GssapiService service = GssapiService.of(socks);
    assertThat(service).isNotNull();
    return Objects.requireNonNull(service);
  }
}
