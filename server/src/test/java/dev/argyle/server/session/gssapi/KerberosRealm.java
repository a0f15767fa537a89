package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The realm of it/kerberos.py, one a JVM: Java reads its krb5.conf once. The script ends with its
 * standard input, thus with us.
 */
public final class KerberosRealm {

  private static final Path SCRIPT = Path.of("..", "it", "kerberos.py");
  private static @Nullable KerberosRealm only;

  private final Process process;
  private final String described;

  private KerberosRealm(Process process, String described) {
    this.process = process;
    this.described = described;
  }

  /** The realm; where MIT's KDC is not installed, the test is skipped. */
  public static synchronized KerberosRealm running() throws IOException {
    assumeThat(Files.isExecutable(Path.of("/usr/sbin/krb5kdc")))
        .as("krb5kdc is not installed (Debian's krb5-kdc, krb5-admin-server, krb5-user)")
        .isTrue();
    if (only == null) {
      only = started();
      System.setProperty("java.security.krb5.conf", only.text("krb5Conf"));
    }
    return only;
  }

  private static KerberosRealm started() throws IOException {
    Process process =
        new ProcessBuilder("python3", SCRIPT.toString(), "--run")
            .redirectError(Redirect.INHERIT)
            .start();
    BufferedReader told = process.inputReader(StandardCharsets.UTF_8);
    String line = told.readLine();
    assertThat(line).as("what %s says", SCRIPT).isNotNull();
    return new KerberosRealm(process, String.valueOf(line));
  }

  /** The service's keys. */
  public Path keytab() {
    return Path.of(text("keytab"));
  }

  /** The service, as rcmd/localhost@REALM. */
  String principal() {
    return text("principal");
  }

  /** The tickets of ana, ben, or otto, who is of the other realm. */
  Path tickets(String user) {
    return Path.of(text(user.equals("otto") ? "stranger" : user));
  }

  private String text(String key) {
    assertThat(process.isAlive()).as("the realm runs").isTrue();
    Matcher value = Pattern.compile("\"" + key + "\": \"([^\"]*)\"").matcher(described);
    assertThat(value.find()).as("%s in %s", key, described).isTrue();
    return value.group(1);
  }
}
