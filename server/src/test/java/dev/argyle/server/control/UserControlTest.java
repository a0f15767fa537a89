package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.UserName;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class UserControlTest {

  private static final Actor ADMINISTRATOR =
      new Actor("admin", Operation.Right.ADMINISTER, Door.HTTP, InetAddress.getLoopbackAddress());

  @TempDir Path data;
  private ManagedServer server;
  private UserControl control;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(AccountBook.open(data, new Accounts(null, 50_000)));
    control = server.control().userControl();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private void temporary(String name) {
    server.accounts.addTemporary(UserName.of(name), ManagedServer.octets("some-password"));
  }

  private List<String> names(@Nullable String part, @Nullable String after, int limit) {
    return control
        .page(ADMINISTRATOR, part, after == null ? null : UserName.of(after), limit)
        .items()
        .stream()
        .map(entry -> entry.account().name().text())
        .toList();
  }

  @Test
  void usersComeInPagesInTheOrderOfTheirOctets() {
    temporary("zoe");
    temporary("Bob");
    Page<UserEntry, UserName> first = control.page(ADMINISTRATOR, null, null, 2);
    assertThat(first.items())
        .extracting(entry -> entry.account().name().text())
        .containsExactly("Bob", "admin");
    assertThat(first.next()).isEqualTo(UserName.of("admin"));
    Page<UserEntry, UserName> last = control.page(ADMINISTRATOR, null, first.next(), 2);
    assertThat(last.items())
        .extracting(entry -> entry.account().name().text())
        .containsExactly("ana", "zoe");
    assertThat(last.next()).isNull();
    assertThat(first.items().getFirst().account().ofThisRun()).isTrue();
    assertThat(first.items().get(1).account().admin()).isTrue();
  }

  @Test
  void partOfANameIsFoundInAnyCase() {
    temporary("Hannah");
    assertThat(names("AN", null, 10)).containsExactly("Hannah", "ana");
    assertThat(names("an", "Hannah", 10)).containsExactly("ana");
    assertThat(names("nowhere", null, 10)).isEmpty();
  }

  @Test
  void searchEndsWhenItHasLookedAtEnoughAndItsNextPageGoesOn() {
    IntStream.range(0, UserControl.LOOKED_AT + 10)
        .forEach(i -> temporary("b%05d%s".formatted(i, i == UserControl.LOOKED_AT ? "x" : "")));
    Page<UserEntry, UserName> nothing = control.page(ADMINISTRATOR, "x", null, 10);
    assertThat(nothing.items()).isEmpty();
    assertThat(nothing.next()).isNotNull();
    Page<UserEntry, UserName> found = control.page(ADMINISTRATOR, "x", nothing.next(), 10);
    assertThat(found.items()).hasSize(1);
  }

  @Test
  void whatAUserHasOpenIsShown() {
    for (int i = 0; i < 3; i++) {
      LiveConnection connection =
          server.telemetry.connections().open(InetAddress.getLoopbackAddress(), 4711, 1, _ -> {});
      if (i < 2) {
        connection.authenticated("ana");
      }
    }
    UserEntry ana = find("ana");
    assertThat(ana.connections()).isEqualTo(2);
    assertThat(control.page(ADMINISTRATOR, null, null, 9).items())
        .extracting(UserEntry::connections)
        .containsExactly(0, 2);
    assertThat(control.find(ADMINISTRATOR, UserName.of("nobody"))).isNull();
  }

  @Test
  void everyChangeMakesAnotherStampAndAConnectionDoesNot() {
    UserName ana = UserName.of("ana");
    String before = stamp(ana);
    server.accounts.touch("ana", 5_000);
    assertThat(stamp(ana)).isEqualTo(before);
    control.setAdministrator(ADMINISTRATOR, ana, true);
    assertThat(stamp(ana)).isNotEqualTo(before);
  }

  private String stamp(UserName name) {
    return find(name.text()).stamp();
  }

  private UserEntry find(String name) {
    return Objects.requireNonNull(control.find(ADMINISTRATOR, UserName.of(name)));
  }

  @Test
  void administratorIsAddedAtOnce() {
    UserName ben = UserName.of("ben");
    assertThat(control.add(ADMINISTRATOR, ben, ManagedServer.octets("ben-Password"), true))
        .isEqualTo(new Result.Done());
    assertThat(find("ben").account().admin()).isTrue();
  }
}
