package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A keytab is looked at when a configuration that needs it is read. */
@Tag("unit")
class KeytabTest {

  private static final int AES256 = 18;
  private static final int RC4 = 23;

  @TempDir Path folder;

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] octets = text.getBytes(StandardCharsets.UTF_8);
    out.writeShort(octets.length);
    out.write(octets);
  }

  private static byte[] entry(String name, String realm, int type) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(octets);
    List<String> components = Arrays.asList(name.split("/"));
    out.writeShort(components.size());
    text(out, realm);
    for (String component : components) {
      text(out, component);
    }
    out.writeInt(1);
    out.writeInt(0);
    out.writeByte(2);
    out.writeShort(type);
    out.writeShort(4);
    out.writeInt(0x01020304);
    out.writeInt(2);
    return octets.toByteArray();
  }

  private static byte[] keytab(byte[]... entries) throws IOException {
    ByteArrayOutputStream octets = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(octets);
    out.writeShort(0x0502);
    for (byte[] entry : entries) {
      out.writeInt(entry.length);
      out.write(entry);
      out.writeInt(-3); // a hole
      out.write(new byte[3]);
    }
    return octets.toByteArray();
  }

  private Path file(byte[] octets) throws IOException {
    return Files.write(folder.resolve("service.keytab"), octets);
  }

  /** The only problem of a configuration with this keytab; nothing: it has none. */
  private static String problem(Path keytab, String more) {
    String yaml =
        """
        socks:
          authentication: [gssapi]
          gssapi: { keytab: '%s' %s }
        """
            .formatted(keytab, more);
    return switch (ConfigurationReader.read("argyle.yaml", yaml)) {
      case Read.Ok _ -> "";
      case Read.Wrong(List<ConfigProblem> problems) -> {
        assertThat(problems).hasSize(1);
        yield problems.getFirst().toString();
      }
    };
  }

  @Test
  void keytabWithAKeyOfTheServiceIsRight() throws IOException {
    Path file = file(keytab(entry("rcmd/a.example", "R", AES256), entry("b", "S", RC4)));
    assertThat(problem(file, ", realm: R")).isEmpty();
    assertThat(problem(file, ", principal: rcmd/a.example")).isEmpty();
    assertThat(problem(file, ", principal: rcmd/a.example@R")).isEmpty();
    assertThat(problem(Path.of("FILE:" + file), ", realm: R")).isEmpty();
    KeytabFile read = KeytabFile.read(file);
    assertThat(read.keys())
        .containsExactly(
            new KeytabFile.Key("rcmd/a.example", "R", AES256), new KeytabFile.Key("b", "S", RC4));
    assertThat(read.realms(null)).containsExactly("R", "S");
    assertThat(read.realms("rcmd/a.example")).containsExactly("R");
    assertThat(read.realms("rcmd/a.example@S")).isEmpty();
  }

  @Test
  void keysOfSeveralRealmsLeaveNoChoiceToTheClient() throws IOException {
    Path file =
        file(
            keytab(
                entry("rcmd/p", "CORP", AES256),
                entry("rcmd/p", "LAB", AES256),
                entry("host/p", "LAB", AES256)));
    assertThat(problem(file, ""))
        .contains("several realms, CORP, LAB; name that of the users as socks.gssapi.realm");
    assertThat(problem(file, ", realm: CORP")).isEmpty();
    assertThat(problem(file, ", principal: rcmd/p"))
        .contains(
            "several realms, CORP, LAB; name one behind socks.gssapi.principal: rcmd/p@REALM");
    assertThat(problem(file, ", principal: rcmd/p, realm: CORP")).contains("several realms");
    assertThat(problem(file, ", principal: rcmd/p@CORP")).isEmpty();
    assertThat(problem(file, ", principal: host/p")).isEmpty();
  }

  @Test
  void serviceWithoutAKeyIsToldWithThoseThatHaveOne() throws IOException {
    Path file = file(keytab(entry("rcmd/a.example", "R", AES256)));
    assertThat(problem(file, ", principal: rcmd/b.example"))
        .startsWith("argyle.yaml:3:21: socks.gssapi.keytab: ")
        .contains("no key of \"rcmd/b.example\", but of rcmd/a.example@R");
    assertThat(problem(file, ", principal: rcmd/a.example@S")).contains("no key of");
  }

  @Test
  void keytabThatIsNotThereIsToldWithItsPlace() {
    assertThat(problem(folder.resolve("absent"), ""))
        .startsWith("argyle.yaml:3:21: socks.gssapi.keytab: ")
        .contains("absent\" is not there; make it by ktadd");
  }

  @Test
  void whatIsNoKeytabIsTold() throws IOException {
    assertThat(problem(folder, "")).contains("it is a directory");
    assertThat(problem(file(new byte[0]), "")).contains("it is no keytab");
    assertThat(problem(file(new byte[] {5, 1, 0}), "")).contains("it is no keytab");
    assertThat(problem(file(keytab()), "")).contains("holds no keys");
    assertThat(problem(file(keytab(entry("a", "R", RC4))), "")).contains("DES or RC4");
    byte[] whole = keytab(entry("rcmd/a", "R", AES256));
    assertThat(problem(file(Arrays.copyOf(whole, 30)), "")).contains("it is damaged");
  }

  @Test
  void whateverTheFileHoldsIsAtWorstAProblem() throws IOException {
    byte[] whole = keytab(entry("rcmd/a", "R", AES256), entry("rcmd/a", "R", RC4));
    Random random = new Random(1);
    for (int round = 0; round < 500; round++) {
      byte[] any = Arrays.copyOf(whole, 2 + random.nextInt(whole.length - 1));
      for (int i = random.nextInt(5); i > 0 && any.length > 2; i--) {
        any[2 + random.nextInt(any.length - 2)] = (byte) random.nextInt();
      }
      assertThat(problem(file(any), "")).isNotNull();
    }
  }

  @Test
  void keytabThatIsNotNeededIsNotLookedAt() {
    String yaml = "socks: { authentication: [password], gssapi: { keytab: /absent } }";
    assertThat(ConfigurationReader.read("argyle.yaml", yaml)).isInstanceOf(Read.Ok.class);
  }

  @Test
  void checkPrintsWhatReadsBack() throws IOException {
    Path file = file(keytab(entry("rcmd/a.example", "R", AES256)));
    String yaml =
        "socks: { authentication: [gssapi, password], gssapi: { keytab: '%s' } }".formatted(file);
    Read read = ConfigurationReader.read("argyle.yaml", yaml);
    assertThat(Stream.of(read)).allMatch(Read.Ok.class::isInstance);
    String printed = ConfigurationPrinter.print(((Read.Ok) read).configuration());
    assertThat(ConfigurationReader.read("argyle.yaml", printed))
        .isInstanceOfSatisfying(
            Read.Ok.class,
            again -> assertThat(again.configuration()).isEqualTo(((Read.Ok) read).configuration()));
  }
}
