package dev.argyle.server.session.login;

import static dev.argyle.server.admission.Admission.PASSWORDS_OF_A_SOURCE;
import static dev.argyle.server.session.login.LoginRig.SOURCE;
import static dev.argyle.server.session.login.LoginRig.octets;

import dev.argyle.server.admission.TurnQueue;
import dev.argyle.wire.socks.Credentials;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of logins by password share: a rig, one client, and turns that are counted. */
abstract class PasswordLoginCase {

  @TempDir Path data;
  LoginRig rig;
  LoginRig.Client client;
  TurnQueue turns;

  @BeforeEach
  void open() throws Exception {
    rig = new LoginRig(data, 10);
    client = rig.client();
    turns = rig.admission.passwordTurns();
  }

  @AfterEach
  void close() {
    rig.close();
  }

  PasswordLogin login(String user, String password) {
    return new PasswordLogin(client, rig.logins, new Credentials(octets(user), octets(password)));
  }

  List<TurnQueue.Turn> takeAllTurns() {
    return LoginRig.takeAll(turns, PASSWORDS_OF_A_SOURCE);
  }

  static void giveBack(List<TurnQueue.Turn> taken) {
    taken.forEach(TurnQueue.Turn::end);
  }

  void assertAllTurnsAreFree() {
    LoginRig.assertAllAreFree(turns, PASSWORDS_OF_A_SOURCE);
  }

  /** Turns that the source would get now. */
  int freeTurns() {
    List<TurnQueue.Turn> granted = new CopyOnWriteArrayList<>();
    List<TurnQueue.Turn> asked = new ArrayList<>();
    for (int i = 0; i < PASSWORDS_OF_A_SOURCE; i++) {
      asked.add(Objects.requireNonNull(turns.ask(SOURCE, granted::add)));
    }
    int free = granted.size();
    asked.forEach(TurnQueue.Turn::end);
    return free;
  }

  boolean isTold() {
    return !client.told.isEmpty();
  }
}
