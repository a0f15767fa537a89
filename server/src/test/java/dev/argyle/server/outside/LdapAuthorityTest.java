package dev.argyle.server.outside;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Accounts;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Questions to a directory that answers as Active Directory does where a whole domain is searched:
 * with entries, and with the names of other directories. {@code it/test_outside_logins.py} asks a
 * real one.
 */
@Tag("program")
@Timeout(60)
class LdapAuthorityTest {

  private static final int BIND = 0x60;
  private static final int SEARCH = 0x63;
  private static final int BOUND = 0x61;
  private static final int ENTRY = 0x64;
  private static final int DONE = 0x65;
  private static final int REFERENCE = 0x73;
  private static final byte[] SUCCESS = {0x0a, 1, 0, 4, 0, 4, 0}; // no name, no words

  private ServerSocket listener;
  private volatile boolean knowsAna = true;

  @BeforeEach
  void open() throws IOException {
    listener = new ServerSocket(0, 16, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  @AfterEach
  void close() throws IOException {
    listener.close();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Thread.ofVirtual().start(() -> serve(client));
      }
    } catch (IOException closed) {
      return;
    }
  }

  /** Each message is a sequence of a number and a request (RFC 4511, section 4.1.1). */
  private void serve(Socket client) {
    try (client) {
      DataInputStream in = new DataInputStream(client.getInputStream());
      for (int tag = in.read(); tag == 0x30; tag = in.read()) {
        byte[] message = in.readNBytes(length(in));
        byte[] number = {message[0], message[1], message[2]}; // below 128 requests
        answer(message[3] & 0xff, number, client.getOutputStream());
      }
    } catch (IOException gone) {
      return;
    }
  }

  private static int length(DataInputStream in) throws IOException {
    int first = in.readUnsignedByte();
    int length = first;
    if (first > 0x80) {
      length = 0;
      for (int i = 0x80; i < first; i++) {
        length = length << 8 | in.readUnsignedByte();
      }
    }
    return length;
  }

  private void answer(int request, byte[] number, OutputStream out) throws IOException {
    switch (request) {
      case BIND -> out.write(message(number, BOUND, SUCCESS));
      case SEARCH -> {
        if (knowsAna) {
          out.write(message(number, ENTRY, octets("cn=ana,dc=corp"), new byte[] {0x30, 0}));
        }
        out.write(message(number, REFERENCE, octets("ldap://forest.test/dc=forest,dc=corp")));
        out.write(message(number, DONE, SUCCESS));
      }
      default -> {} // goodbye
    }
  }

  private static byte[] octets(String text) {
    return element(4, text.getBytes(StandardCharsets.UTF_8));
  }

  private static byte[] message(byte[] number, int tag, byte[]... parts) {
    return element(0x30, number, element(tag, parts));
  }

  /** Of less than 128 octets. */
  private static byte[] element(int tag, byte[]... parts) {
    ByteArrayOutputStream content = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      content.writeBytes(part);
    }
    ByteArrayOutputStream element = new ByteArrayOutputStream();
    element.write(tag);
    element.write(content.size());
    element.writeBytes(content.toByteArray());
    return element.toByteArray();
  }

  private Answer ask(String name) throws IOException {
    Accounts.Ldap config =
        new Accounts.Ldap(
            "ldap://127.0.0.1:" + listener.getLocalPort(),
            false,
            true,
            null,
            null,
            "dc=corp",
            "(sAMAccountName={name})",
            null,
            null,
            "dc=corp",
            "(member={dn})",
            "cn",
            Map.of("users", "basic"),
            false,
            Duration.ofSeconds(20),
            Duration.ZERO,
            4);
    try (LdapAuthority authority = new LdapAuthority(config)) {
      return authority.ask(
          new Authority.Asked(
              name,
              "secret".getBytes(StandardCharsets.UTF_8),
              InetAddress.getLoopbackAddress(),
              "127.0.0.1:1080",
              () -> true));
    }
  }

  @Test
  void namesOfOtherDirectoriesBehindTheEntriesKeepNobodyOut() throws Exception {
    assertThat(ask("ana")).isInstanceOf(Answer.Allowed.class);
  }

  @Test
  void whereThereAreOnlyNamesOfOtherDirectoriesTheUserIsNobody() throws Exception {
    knowsAna = false;
    assertThat(ask("ana")).isEqualTo(new Answer.Denied());
  }

  @Test
  void anotherSpellingOfAUserIsNobody() throws Exception {
    assertThat(ask("ANA")).isEqualTo(new Answer.Denied());
  }
}
