package dev.argyle.client;

import dev.argyle.wire.Destination;
import dev.argyle.wire.Host;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;

/** What tests of GSSAPI share: a real KDC, its client, and tunnels through an acceptor of ours. */
abstract class GssapiCase {

  static final Destination PLACE = new Destination(new Host.Name("a.example"), 80);
  static KerberosRealm realm;

  @BeforeAll
  static void realm() throws IOException {
    realm = KerberosRealm.running();
  }

  static GssapiCredentials ana() {
    return Credentials.gssapi("rcmd@localhost").ticketCache(realm.tickets("ana"));
  }

  static SocksSocket tunnel(ScriptedServer server, GssapiCredentials who) throws IOException {
    return server.client().credentials(who).build().connect(PLACE);
  }

  interface Breaking {
    void send(Acceptor acceptor, ScriptedServer.Peer client) throws Exception;
  }
}
