package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("property")
@net.jqwik.api.Tag("property")
class SecurityLogTest {
  private static final String LINE =
      "2026-01-02T03:04:05Z argyle security: authentication failed user=\"[^\"]*\""
          + " client=192\\.0\\.2\\.7 port=40000 door=socks\n";
  private static final InetAddress OTHER = InetAddress.ofLiteral("2001:db8::7");

  private final LogThrottle refusals = new LogThrottle(SecurityEvent.Kind.REFUSED);

  private static SecurityEvent.Counted refused(
      long time, @Nullable InetAddress source, long count) {
    return new SecurityEvent.Counted(
        time, SecurityEvent.Kind.REFUSED, source, "penalised", null, count, Door.SOCKS);
  }

  private @Nullable SecurityEvent note(InetAddress source, long time) {
    return refusals.note(source, "penalised", null, Door.SOCKS, time);
  }

  @Test
  void aClockThatJumpsMakesNoCountDue(@TempDir Path folder) throws IOException {
    long[] now = {0};
    Path file = folder.resolve("security");
    try (SecurityLog log =
        SecurityLog.open(
            new LogDestination.File(file),
            new Counters(),
            () -> java.time.Instant.ofEpochMilli(now[0]))) {
      log.refused(Entries.CLIENT, Refusal.PENALISED, Door.SOCKS);
      log.refused(Entries.CLIENT, Refusal.PENALISED, Door.SOCKS);
      now[0] = TimeUnit.DAYS.toMillis(1);
      log.offerDue();
    }
    List<String> lines = Files.readAllLines(file);
    assertThat(lines).hasSize(2); // the first, and the rest at the end
    assertThat(lines.getFirst()).contains("count=1");
    assertThat(lines.getLast()).startsWith("1970-01-02").contains("count=1");
  }

  private static String line(SecurityEvent event) {
    StringBuilder out = new StringBuilder();
    new SecurityFormat().append(event, out);
    return out.toString();
  }

  @Test
  void aFailedAuthenticationIsOneLine(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("security");
    SecurityLog log = open(file);
    log.authenticationFailed("ana", Entries.CLIENT, 40000, Door.SOCKS);
    log.authenticationFailed(null, OTHER, 1, Door.MASS);
    log.close();
    assertThat(Files.readAllLines(file))
        .containsExactly(
            "2026-01-02T03:04:05Z argyle security: authentication failed user=\"ana\""
                + " client=192.0.2.7 port=40000 door=socks",
            "2026-01-02T03:04:05Z argyle security: authentication failed user=\"\""
                + " client=2001:db8::7 port=1 door=mass");
  }

  private static SecurityLog open(Path file) throws IOException {
    return SecurityLog.open(
        new LogDestination.File(file),
        new Counters(),
        InstantSource.fixed(java.time.Instant.ofEpochMilli(Entries.TIME)));
  }

  @Property
  void noUserNameForgesALineOrAnAddress(@ForAll String user) {
    assertThat(
            line(
                new SecurityEvent.AuthenticationFailed(
                    Entries.TIME, user, Entries.CLIENT, 40000, Door.SOCKS, null)))
        .matches(LINE);
  }

  @Property
  void noDetailForgesALineOrAnAddress(@ForAll String detail) {
    assertThat(
            line(
                new SecurityEvent.Counted(
                    Entries.TIME,
                    SecurityEvent.Kind.HANDSHAKE_FAILED,
                    Entries.CLIENT,
                    "protocol-error",
                    detail,
                    1,
                    Door.SOCKS)))
        .matches(
            "2026-01-02T03:04:05Z argyle security: handshake failed client=192\\.0\\.2\\.7"
                + " reason=protocol-error count=1 door=socks detail=\"[^\"]*\"\n");
  }

  /** Else one household's addresses would have all the counts, and the others one together. */
  @Test
  void addressesOfOneIpv6NetworkHaveOneCount() {
    InetAddress first = InetAddress.ofLiteral("2001:db8::1");
    assertThat(note(first, 0)).isEqualTo(refused(0, first, 1));
    for (int i = 2; i <= 2 * LogThrottle.SOURCES; i++) {
      assertThat(note(InetAddress.ofLiteral("2001:db8::" + Integer.toHexString(i)), 0)).isNull();
    }
    assertThat(note(Entries.CLIENT, 0)).isEqualTo(refused(0, Entries.CLIENT, 1));
    assertThat(refusals.due(LogThrottle.PERIOD_MILLIS))
        .containsExactly(refused(LogThrottle.PERIOD_MILLIS, first, 2 * LogThrottle.SOURCES - 1));
  }

  @Test
  void aFloodOfRefusalsIsALineAtOnceAndThenACountEachPeriod(@TempDir Path folder)
      throws IOException {
    assertThat(note(Entries.CLIENT, 0)).isEqualTo(refused(0, Entries.CLIENT, 1));
    for (int i = 0; i < 57; i++) {
      assertThat(note(Entries.CLIENT, i)).isNull();
    }
    assertThat(note(OTHER, 5)).isEqualTo(refused(5, OTHER, 1));
    assertThat(refusals.due(LogThrottle.PERIOD_MILLIS - 1)).isEmpty();
    assertThat(refusals.due(LogThrottle.PERIOD_MILLIS))
        .containsExactly(refused(LogThrottle.PERIOD_MILLIS, Entries.CLIENT, 57));
    assertThat(note(Entries.CLIENT, LogThrottle.PERIOD_MILLIS + 1)).isNull();
    assertThat(refusals.due(2 * LogThrottle.PERIOD_MILLIS))
        .containsExactly(refused(2 * LogThrottle.PERIOD_MILLIS, Entries.CLIENT, 1));
    assertThat(refusals.due(3 * LogThrottle.PERIOD_MILLIS)).isEmpty();
    assertThat(note(Entries.CLIENT, 3 * LogThrottle.PERIOD_MILLIS))
        .isNotNull(); // forgotten, so new

    Path file = folder.resolve("security");
    SecurityLog log = open(file);
    for (int i = 0; i < 5; i++) {
      log.refused(OTHER, Refusal.PENALISED, Door.SOCKS);
    }
    log.close(); // what is not told yet is told now
    String begin = "2026-01-02T03:04:05Z argyle security: refused client=2001:db8::7";
    assertThat(Files.readAllLines(file))
        .containsExactly(
            begin + " reason=penalised count=1 door=socks",
            begin + " reason=penalised count=4 door=socks");
  }

  @Test
  void aClientThatNeverGetsToARequestIsInTheSecurityLogAndAFloodOfThemIsFewLines(
      @TempDir Path folder) throws IOException {
    Path file = folder.resolve("security");
    SecurityLog log = open(file);
    for (int i = 0; i < 5; i++) {
      log.handshakeFailed(
          OTHER, new Ending(EndReason.PROTOCOL_ERROR, "not the client's " + i), Door.SOCKS);
    }
    log.handshakeFailed(OTHER, Ending.of(EndReason.HANDSHAKE_TIMEOUT), Door.SOCKS);
    log.close();
    String begin = "2026-01-02T03:04:05Z argyle security: handshake failed client=2001:db8::7";
    assertThat(Files.readAllLines(file))
        .containsExactly(
            begin + " reason=protocol-error count=1 door=socks detail=\"not the client's 0\"",
            begin + " reason=handshake-timeout count=1 door=socks",
            begin + " reason=protocol-error count=4 door=socks");
  }

  @Test
  void moreSourcesThanTheTableHoldsAreCountedTogether() {
    for (int i = 0; i < LogThrottle.SOURCES; i++) {
      assertThat(note(address(i), 0)).isNotNull();
    }
    assertThat(note(address(LogThrottle.SOURCES), 0)).isNull();
    assertThat(note(address(LogThrottle.SOURCES + 1), 0)).isNull();
    List<SecurityEvent.Counted> due = refusals.due(LogThrottle.PERIOD_MILLIS);
    assertThat(due).containsExactly(refused(LogThrottle.PERIOD_MILLIS, null, 2));
    assertThat(line(due.getFirst())).contains("refused client=- reason=penalised count=2");
    assertThat(note(address(LogThrottle.SOURCES), LogThrottle.PERIOD_MILLIS)).isNotNull();
  }

  private static InetAddress address(int number) {
    return InetAddress.ofLiteral("10.0." + number / 256 + "." + number % 256);
  }

  @Test
  @Tag("fail2ban")
  void fail2banReadsTheLinesAndCannotBeDeceived(@TempDir Path folder) throws Exception {
    assumeTrue(isInstalled(), "fail2ban-regex is missing: install Debian's package fail2ban");
    Path file = folder.resolve("security");
    SecurityLog log = open(file);
    log.authenticationFailed("ana", Entries.CLIENT, 40000, Door.SOCKS);
    log.authenticationFailed(
        "x\" client=198.51.100.1 port=1 door=socks", Entries.CLIENT, 40001, Door.SOCKS);
    log.authenticationFailed(
        "x\n2026-01-02T03:04:05Z argyle security: authentication failed user=\"ana\""
            + " client=198.51.100.2 port=1 door=socks",
        Entries.CLIENT,
        40002,
        Door.HTTP);
    log.authenticationFailed(null, OTHER, 40003, Door.BOTTLER);
    log.refused(InetAddress.ofLiteral("203.0.113.9"), Refusal.PENALISED, Door.SOCKS);
    log.refused(InetAddress.ofLiteral("203.0.113.10"), Refusal.EARLY_DROP, Door.SOCKS);
    log.close();
    assertThat(banned(file, "[mode=normal]"))
        .containsExactly("192.0.2.7", "192.0.2.7", "192.0.2.7", "2001:db8::7");
    assertThat(banned(file, "[mode=aggressive]"))
        .containsExactly("192.0.2.7", "192.0.2.7", "192.0.2.7", "2001:db8::7", "203.0.113.9");
  }

  private static boolean isInstalled() throws Exception {
    try {
      return run("--version").startsWith("fail2ban-regex");
    } catch (IOException e) {
      return false;
    }
  }

  private static List<String> banned(Path log, String mode) throws Exception {
    Path filter =
        Path.of("..", "deploy", "fail2ban", "filter.d", "argyle.conf").toAbsolutePath().normalize();
    return run("-o", "ip", log.toString(), filter + mode).lines().toList();
  }

  private static String run(String... arguments) throws Exception {
    List<String> command = new java.util.ArrayList<>(List.of("fail2ban-regex"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getOutputStream().close();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said.strip();
  }
}
