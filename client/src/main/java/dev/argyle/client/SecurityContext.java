package dev.argyle.client;

import dev.argyle.wire.gssapi.SealedHeader;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import javax.security.auth.Subject;
import javax.security.auth.login.LoginException;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.GSSName;
import org.ietf.jgss.MessageProp;
import org.ietf.jgss.Oid;
import org.jspecify.annotations.Nullable;

/**
 * The initiator's side of a security context, of Kerberos 5. {@link #step} may ask the KDC and
 * block; nothing else does. One thread may seal while another opens.
 *
 * <p>RFC 1961, section 3.2 wants delegation too. A proxy has no business with a user's ticket, and
 * it is not asked for (decision 0054).
 */
final class SecurityContext {

  private static final byte[] NOTHING = {};

  private final GssapiCredentials credentials;
  private final boolean inOrder;
  private @Nullable GSSContext context;

  /**
   * @param inOrder whether nothing may be missing or in another order: of datagrams it may
   */
  SecurityContext(GssapiCredentials credentials, boolean inOrder) {
    this.credentials = credentials;
    this.inOrder = inOrder;
  }

  /**
   * Goes on.
   *
   * @param token the server's; empty at first
   * @return the next one for the server; empty: none
   */
  byte[] step(byte[] token) throws GSSException, LoginException {
    Subject subject = credentials.tickets().subject();
    byte[] next = as(subject, () -> step(context(), token));
    return next == null ? NOTHING : next;
  }

  private static byte @Nullable [] step(GSSContext context, byte[] token) throws GSSException {
    return context.initSecContext(token, 0, token.length);
  }

  private GSSContext context() throws GSSException {
    GSSContext known = context;
    return known != null ? known : (context = begun());
  }

  private GSSContext begun() throws GSSException {
    Oid kerberos = new Oid("1.2.840.113554.1.2.2");
    Oid principalName = new Oid("1.2.840.113554.1.2.2.1");
    String service = credentials.service();
    boolean principal = service.indexOf('/') >= 0;
    GSSManager manager = GSSManager.getInstance();
    GSSName name =
        manager.createName(service, principal ? principalName : GSSName.NT_HOSTBASED_SERVICE);
    GSSCredential ours =
        manager.createCredential(
            null, GSSCredential.DEFAULT_LIFETIME, kerberos, GSSCredential.INITIATE_ONLY);
    GSSContext begun = manager.createContext(name, kerberos, ours, GSSContext.DEFAULT_LIFETIME);
    begun.requestMutualAuth(true);
    begun.requestReplayDet(true);
    begun.requestSequenceDet(inOrder);
    begun.requestInteg(true);
    begun.requestConf(true);
    begun.requestCredDeleg(false);
    return begun;
  }

  private static <T> T as(Subject subject, Callable<T> step) throws GSSException {
    try {
      return Subject.callAs(subject, step);
    } catch (CompletionException wrapped) {
      if (wrapped.getCause() instanceof GSSException failed) {
        throw failed;
      }
      throw wrapped;
    }
  }

  boolean isEstablished() {
    return context != null && context.isEstablished();
  }

  /** Whether the server has shown who it is, and messages can be protected. */
  boolean isMutualAndProtects() {
    GSSContext known = context;
    return known != null
        && known.getMutualAuthState()
        && known.getIntegState()
        && known.getConfState();
  }

  /** How much fits into a token of so many octets. */
  int maxPlainOctets(boolean encrypted, int maxTokenOctets) throws GSSException {
    return context().getWrapSizeLimit(0, encrypted, maxTokenOctets);
  }

  byte[] wrap(byte[] octets, int offset, int length, boolean encrypted) throws GSSException {
    return context().wrap(octets, offset, length, new MessageProp(0, encrypted));
  }

  /** For tokens that the server has encrypted. */
  SealedHeader sealedHeader() throws GSSException {
    return SealedHeader.ofAcceptor(context());
  }

  byte[] unwrap(byte[] token, MessageProp told) throws GSSException {
    return context().unwrap(token, 0, token.length, told);
  }
}
