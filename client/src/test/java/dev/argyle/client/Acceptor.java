package dev.argyle.client;

import static dev.argyle.client.ScriptedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Decoded;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Set;
import javax.security.auth.Subject;
import javax.security.auth.kerberos.KerberosPrincipal;
import javax.security.auth.kerberos.KeyTab;
import org.ietf.jgss.GSSContext;
import org.ietf.jgss.GSSCredential;
import org.ietf.jgss.GSSException;
import org.ietf.jgss.GSSManager;
import org.ietf.jgss.MessageProp;
import org.ietf.jgss.Oid;

/** The server's side of RFC 1961, for scripts that may break it. */
final class Acceptor {

  private final ScriptedServer.Peer peer;
  private final GSSContext context;
  private int level;

  private Acceptor(ScriptedServer.Peer peer, GSSContext context) {
    this.peer = peer;
    this.context = context;
  }

  /** The method is chosen, and the context established. */
  static Acceptor established(ScriptedServer.Peer peer) throws Exception {
    peer.expect("05 01 01").send("05 01");
    KerberosRealm realm = KerberosRealm.running();
    KerberosPrincipal service = new KerberosPrincipal(realm.principal());
    KeyTab keys = KeyTab.getInstance(service, realm.keytab().toFile());
    Subject subject = new Subject(true, Set.of(service), Set.of(), Set.of(keys));
    GSSContext context = Subject.callAs(subject, Acceptor::context);
    Acceptor acceptor = new Acceptor(peer, context);
    while (!context.isEstablished()) {
      byte[] token = acceptor.token(Purpose.CONTEXT);
      byte[] answer =
          Subject.callAs(subject, () -> context.acceptSecContext(token, 0, token.length));
      acceptor.send(new GssapiFrame.Token(Purpose.CONTEXT, answer));
    }
    return acceptor;
  }

  private static GSSContext context() throws GSSException {
    GSSManager manager = GSSManager.getInstance();
    return manager.createContext(
        manager.createCredential(
            null,
            GSSCredential.INDEFINITE_LIFETIME,
            new Oid("1.2.840.113554.1.2.2"),
            GSSCredential.ACCEPT_ONLY));
  }

  /** Grants a level, whichever was asked for: this one. */
  Acceptor grants(int asked, int granted) throws Exception {
    byte[] wanted = token(Purpose.PROTECTION_LEVEL);
    MessageProp told = new MessageProp(0, false);
    assertThat(context.unwrap(wanted, 0, wanted.length, told)).containsExactly(asked);
    assertThat(told.getPrivacy()).isFalse();
    byte[] answer = context.wrap(new byte[] {(byte) granted}, 0, 1, new MessageProp(0, false));
    send(new GssapiFrame.Token(Purpose.PROTECTION_LEVEL, answer));
    level = granted;
    return this;
  }

  /** All of it, with the level that was asked for. */
  static Acceptor agreed(ScriptedServer.Peer peer, int level) throws Exception {
    return established(peer).grants(level, level);
  }

  /** All of it up to the reply to a request, which is one of success. */
  static Acceptor connected(ScriptedServer.Peer peer, int level) throws Exception {
    Acceptor acceptor = agreed(peer, level);
    assertThat(acceptor.read()).startsWith(5, 1, 0);
    acceptor.write(octets(ScriptedServer.SUCCEEDED));
    return acceptor;
  }

  byte[] token(Purpose purpose) throws IOException {
    byte[] header = peer.socket().getInputStream().readNBytes(4);
    assertThat(header).hasSize(4).startsWith(1, purpose.code());
    int length = Short.toUnsignedInt(ByteBuffer.wrap(header).getShort(2));
    return peer.socket().getInputStream().readNBytes(length);
  }

  void send(GssapiFrame frame) throws IOException {
    peer.socket().getOutputStream().write(frame.octets());
  }

  /** What the next frame holds. */
  byte[] read() throws Exception {
    return open(token(Purpose.DATA));
  }

  byte[] open(byte[] token) throws GSSException {
    MessageProp told = new MessageProp(0, false);
    byte[] plain = context.unwrap(token, 0, token.length, told);
    assertThat(told.isDuplicateToken() || told.isOldToken()).isFalse();
    assertThat(told.getPrivacy()).isEqualTo(level >= 2);
    return plain;
  }

  /** What a datagram holds. */
  byte[] openDatagram(byte[] octets) throws GSSException {
    if (GssapiFrame.read(ByteBuffer.wrap(octets))
        instanceof
        Decoded.Message<GssapiFrame, GssapiFrame.Abort>(
            GssapiFrame.Token(Purpose purpose, byte[] token))) {
      assertThat(purpose).isEqualTo(Purpose.DATA);
      return open(token);
    }
    throw new AssertionError("no frame");
  }

  /** The frame of some octets. */
  GssapiFrame.Token sealed(byte[] octets, boolean encrypted) throws GSSException {
    byte[] token = context.wrap(octets, 0, octets.length, new MessageProp(0, encrypted));
    return new GssapiFrame.Token(Purpose.DATA, token);
  }

  GssapiFrame.Token sealed(byte[] octets) throws GSSException {
    return sealed(octets, level >= 2);
  }

  void write(byte[] octets) throws Exception {
    send(sealed(octets));
  }

  /** Gives back what comes, until the client's end. */
  void echo() throws Exception {
    byte[] header;
    while ((header = peer.socket().getInputStream().readNBytes(4)).length == 4) {
      int length = Short.toUnsignedInt(ByteBuffer.wrap(header).getShort(2));
      write(open(peer.socket().getInputStream().readNBytes(length)));
    }
    peer.socket().shutdownOutput();
  }
}
