package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.AdminSecret;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.config.Accounts;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class UsersCommandTest extends UsersCommandCase {

  @Test
  void accountIsDisabledEnabledMadeAdministratorAndNoMore() throws Exception {
    users("secret\n", "add", "--admin", "--password-stdin", "root");
    users("ana:" + HASH + "\n", "import");
    assertThat(users("", "disable", "ana")).isZero();
    assertThat(said.toString()).isEqualTo("disabled ana\n");
    assertThat(login("ana", "secret")).isInstanceOf(Verdict.Refused.class);
    assertThat(users("", "enable", "ana")).isZero();
    assertThat(login("ana", "secret")).isInstanceOf(Verdict.Accepted.class);
    assertThat(users("", "admin", "ana")).isZero();
    assertThat(said.toString()).isEqualTo("ana is an administrator now\n");
    assertThat(isAdministrator("ana")).isTrue();
    assertThat(users("", "no-admin", "root")).isZero();
    assertThat(isAdministrator("root")).isFalse();
    String last =
        "argyle: \"ana\" is the last enabled administrator; make another one first, with: argyle"
            + " users admin NAME\n";
    assertFails(last, "disable", "ana");
    assertFails(last, "no-admin", "ana");
    assertThat(users("", "viewer", "root")).isZero();
    assertThat(said.toString()).isEqualTo("root is a viewer now\n");
    assertThat(((Verdict.Accepted) login("root", "secret")).user().viewer()).isTrue();
    assertThat(users("", "no-viewer", "root")).isZero();
    assertThat(((Verdict.Accepted) login("root", "secret")).user().viewer()).isFalse();
    for (String action : List.of("enable", "disable", "admin", "no-admin", "viewer", "no-viewer")) {
      assertFails("argyle: there is no user \"mia\"; argyle users list shows all\n", action, "mia");
    }
  }

  @Test
  void planAndLimitsAreSetShownAndTakenAway() {
    users("ana:" + HASH + "\n", "import");
    for (String key : Assignments.keys()) {
      String value =
          switch (key) {
            case "plan" -> "basic";
            case "expires" -> "2026-12-31T18:00:00Z";
            case "from" -> "10.0.0.0/8, 2001:db8::/32";
            case "from-mode" -> "strict";
            case "when-full" -> "end-oldest";
            case "quota.octets" -> "10GiB";
            case "quota.period" -> "month 15";
            case "quota.counts" -> "down";
            case "quota.then" -> "end";
            case "hours" -> "mon-fri 08:00-18:00";
            case "note" -> "paid = yes";
            case "rate.up", "rate.down", "rate.burst" -> "1MiB";
            default -> "5";
          };
      assertThat(users("", "set", "ana", key + "=" + value)).as(key).isZero();
      assertThat(said.toString()).isEqualTo("changed ana\n");
      assertThat(users("", "show", "ana")).isZero();
      assertThat(said.toString()).containsPattern("\n" + key + " +\\Q" + value + "\\E\n");
    }
    assertThat(users("", "show", "ana", "-o", "json")).isZero();
    assertThat(said.toString()).contains("\"plan\":\"basic\"", "\"rate.up\":\"1MiB\"");
    List<String> away = Assignments.keys().stream().map(key -> key + "=").toList();
    List<String> words = new ArrayList<>(List.of("set", "ana"));
    words.addAll(away);
    assertThat(users("", words.toArray(String[]::new))).isZero();
    assertThat(users("", "show", "ana", "-o", "json")).isZero();
    assertThat(said.toString()).contains("\"plan\":null,\"limits\":{}");
    assertThat(users("", "set", "ana", "usage=reset")).isZero();
    assertThat(users("", "set", "ana", "usage=0")).isEqualTo(2);
    assertThat(complained.toString()).contains("usage: the only value is reset");
    assertFails("argyle: there is no user \"mia\"; argyle users list shows all\n", "show", "mia");
    assertFails(
        "argyle: there is no user \"mia\"; argyle users list shows all\n", "set", "mia", "note=x");
  }

  @Test
  void wrongLimitIsRefusedBeforeAnythingIsDone() {
    users("ana:" + HASH + "\n", "import");
    assertThat(users("", "set", "ana")).isEqualTo(2);
    assertThat(complained.toString()).contains("KEY=VALUE is missing; the keys are plan, expires");
    assertThat(users("", "set", "ana", "connections")).isEqualTo(2);
    assertThat(complained.toString()).contains("is not KEY=VALUE");
    assertThat(users("", "set", "ana", "connections=5", "opens.rate=x")).isEqualTo(2);
    assertThat(complained.toString()).contains("opens.rate: ");
    assertThat(users("", "set", "ana", "note=a", "note=b")).isEqualTo(2);
    assertThat(users("", "show", "ana")).isZero();
    assertThat(said.toString()).doesNotContain("connections ");
  }

  @Test
  void aNewTokenIsWrittenIntoTheSecretAndNotSaid() throws Exception {
    users("secret\n", "add", "--admin", "--password-stdin", "admin");
    assertThat(users("", "token")).isEqualTo(1);
    assertThat(complained.toString()).contains("admin.secret: does not exist");
    Path data = folder.resolve("data");
    Path secret = data.resolve("admin.secret");
    Files.writeString(
        secret,
        "{\"username\":\"admin\",\"password\":\"p\",\"bottlerToken\":\"0123456789abcdef\"}\n");
    assertThat(users("", "token")).isZero();
    assertThat(Files.readString(secret))
        .matches(
            "\\{\"username\":\"admin\",\"password\":\"p\",\"bottlerToken\":\"[0-9a-f]{16}\"}\n")
        .doesNotContain("0123456789abcdef");
    String token = Objects.requireNonNull(AdminSecret.read(data)).bottlerToken();
    assertThat(said.toString()).contains("SIGHUP").doesNotContain(token);
  }

  @Test
  void directoryThatOthersMayWriteIsNotUsed() throws Exception {
    users("secret\n", "add", "--admin", "--password-stdin", "admin");
    Path data = folder.resolve("data");
    Files.setPosixFilePermissions(data, PosixFilePermissions.fromString("rwxrwxrwx"));
    assertThat(users("", "list")).isEqualTo(1);
    assertThat(complained.toString())
        .startsWith("argyle: " + data + ": ")
        .contains("chmod go-w " + data);
  }

  @Test
  void whoIsAddedCanLogIn() throws Exception {
    assertThat(users("secret\n", "add", "ana", "--password-stdin")).isZero();
    assertThat(said.toString()).isEqualTo("added ana\n");
    assertThat(users("secret", "add", "--admin", "--password-stdin", "root")).isZero();

    assertThat(isAdministrator("ana")).isFalse();
    assertThat(isAdministrator("root")).isTrue();
  }

  @Test
  void listIsATableForPeople() {
    users("secret\n", "add", "--admin", "--password-stdin", "root");
    users("a\\x0Ab:!" + HASH + "\n", "import");

    assertThat(users("", "list")).isZero();
    assertThat(said.toString().lines().map(line -> line.replaceAll("20\\d\\d-[-0-9T:]*Z", "TIME")))
        .containsExactly(
            "ADMIN  ENABLED  CREATED               LAST CONNECTION       NAME",
            "no     no       TIME  never                 a\\x0Ab",
            "yes    yes      TIME  never                 root");
  }

  @Test
  void listOfUsageHasWhatEachUserHasUsed() throws Exception {
    users("ana:" + HASH + "\neva:" + HASH + "\n", "import");
    try (Connection store =
            DriverManager.getConnection("jdbc:sqlite:" + folder.resolve("data/accounts.db"));
        Statement statement = store.createStatement()) {
      statement.execute(
          "INSERT INTO usage (account, up, down, connections, since, period_up, period_down)"
              + " SELECT id, 3145728, 5368709120, 7, 1767225600000, 1024, 0 FROM account"
              + " WHERE name = CAST('ana' AS BLOB)");
    }
    assertThat(users("", "list", "--usage")).isZero();
    assertThat(said.toString().lines().map(line -> line.strip().replaceAll(" {2,}", "  ")))
        .containsExactly(
            "UP  DOWN  CONNECTIONS  PERIOD UP  PERIOD DOWN  PERIOD SINCE  LAST CONNECTION  NAME",
            "3.0 MiB  5.0 GiB  7  1.0 KiB  0 B  2026-01-01T00:00:00Z  never  ana",
            "0 B  0 B  0  0 B  0 B  -  never  eva");
  }

  @Test
  void listIsADocumentForScripts() {
    users("secret\n", "add", "--admin", "--password-stdin", "root");
    users("a\\x0Ab:!" + HASH + "\n", "import");
    assertThat(users("", "list", "-o", "json")).isZero();
    assertThat(said.toString().replaceAll("20\\d\\d-[-0-9T:]*Z", "TIME"))
        .isEqualTo(
            "{\"users\":[{\"name\":\"a\\\\x0Ab\",\"administrator\":false,\"viewer\":false,\"enabled\":false,\"created\":\"TIME\",\"lastConnection\":null,\"lastAddress\":null,\"usage\":{\"octetsUp\":0,\"octetsDown\":0,\"connections\":0,\"periodSince\":null,\"periodOctetsUp\":0,\"periodOctetsDown\":0},\"plan\":null,\"limits\":{}},{\"name\":\"root\",\"administrator\":true,\"viewer\":false,\"enabled\":true,\"created\":\"TIME\",\"lastConnection\":null,\"lastAddress\":null,\"usage\":{\"octetsUp\":0,\"octetsDown\":0,\"connections\":0,\"periodSince\":null,\"periodOctetsUp\":0,\"periodOctetsDown\":0},\"plan\":null,\"limits\":{}}]}\n");
  }

  @Test
  void aUserIsRenamedGetsAnotherPasswordAndIsRemoved() throws Exception {
    users("secret\n", "add", "ana", "--password-stdin");
    assertThat(users("", "rename", "ana", "mia")).isZero();
    assertThat(users("other\r\n", "password", "mia", "--password-stdin")).isZero();
    assertThat(login("mia", "other")).isInstanceOf(Verdict.Accepted.class);
    assertThat(users("", "remove", "mia")).isZero();
    assertThat(login("mia", "other")).isInstanceOf(Verdict.Refused.class);
  }

  @Test
  void aRunningServerNoticesAtOnce() throws Exception {
    users("secret\n", "add", "ana", "--password-stdin");
    byte[] name = "ana".getBytes(StandardCharsets.UTF_8);
    byte[] password = "secret".getBytes(StandardCharsets.UTF_8);
    try (AccountBook server = AccountBook.open(folder.resolve("data"), new Accounts(null, 10))) {
      server.verify(name, password).toCompletableFuture().get(60, TimeUnit.SECONDS);
      assertThat(server.remembered(name, password)).isNotNull();
      assertThat(users("", "remove", "ana")).isZero();
      assertThat(server.remembered(name, password)).isNull();
    }
  }

  @Test
  void whatCannotBeDoneIsSaid() {
    users("secret\n", "add", "ana", "--admin", "--password-stdin");
    users("secret\n", "add", "eva", "--password-stdin");
    assertFails("argyle: user \"ana\" exists already\n", "add", "ana", "--password-stdin");
    assertFails("argyle: user \"eva\" exists already\n", "rename", "ana", "eva");
    assertFails("argyle: there is no user \"mia\"; argyle users list shows all\n", "remove", "mia");
    assertFails(
        "argyle: there is no user \"mia\"; argyle users list shows all\n",
        "password",
        "mia",
        "--password-stdin");
    assertFails(
        "argyle: \"ana\" is the last enabled administrator; make another one first, with: argyle"
            + " users admin NAME\n",
        "remove",
        "ana");
  }

  @ParameterizedTest
  @ValueSource(strings = {"list", "remove ana", "password ana", "export", "rename ana eva"})
  void aDirectoryWithoutAccountsIsNotMadeByLooking(String arguments) {
    assertThat(users("", arguments.split(" "))).isEqualTo(1);
    assertThat(complained.toString())
        .isEqualTo(
            "argyle: "
                + folder.resolve("data")
                + ": there are no accounts here; give the server's directory with --data\n");
    assertThat(Files.exists(folder.resolve("data"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "tell           | tell: unknown action; it must be one of list, add, remove, rename,",
        "add            | add: NAME is missing",
        "rename ana     | rename: NEW-NAME is missing",
        "list ana       | list: takes no NAME",
        "remove ana eva | remove: takes one NAME",
        "list --admin   | --admin: only valid with add",
        "import --skip --update | --update, --replace, --skip: give only one of them",
        "list --skip    | --update, --replace, --skip: only valid with import",
        "import -o json | -o: only valid with list",
        "list -o xml    | -o: must be table or json",
        "show --usage ana | --usage: only valid with list",
        "list --usage -o json | --usage: only valid with list",
        "remove a --password-stdin | --password-stdin: only valid with add and password",
        "add ana        | give it on standard input, with --password-stdin",
        "remove \uFFFD  | set LC_ALL=C.UTF-8"
      })
  void wrongUsageIsSaid(String arguments, String words) {
    assertThat(users("", arguments.split(" "))).isEqualTo(2);
    assertThat(complained.toString()).contains(words);
  }

  @ParameterizedTest
  @CsvSource({"255, 0", "256, 2", "0, 2"})
  void nameAndPasswordAreBounded(int octets, int code) {
    assertThat(users("x".repeat(octets) + "\n", "add", "ana", "--password-stdin")).isEqualTo(code);
    assertThat(users("x\n", "add", "n".repeat(octets), "--password-stdin")).isEqualTo(code);
  }

  @Test
  void aPasswordOfTwoLinesIsAMistake() {
    assertThat(users("one\ntwo\n", "add", "ana", "--password-stdin")).isEqualTo(2);
    assertThat(complained.toString()).contains("a password is exactly one line");
  }
}
