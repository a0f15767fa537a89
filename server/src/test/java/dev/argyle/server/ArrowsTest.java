package dev.argyle.server;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which room may import which, and the few house rules that a program can check. */
@Tag("arrows")
class ArrowsTest {

  private static final String ROOT = "dev.argyle.server";
  private static final String WIRE = "dev.argyle.wire";
  private static final int LINES_AT_MOST = 400;

  /**
   * What each room of the server may import of Argyle: only these, not what they import. A room
   * that is not there yet has its row all the same. Every room may import the module {@code wire}:
   * it holds the nouns that they share.
   */
  private static final Map<String, Set<String>> ARROWS =
      Map.ofEntries(
          Map.entry("config", Set.of()),
          Map.entry("telemetry", Set.of("config")),
          Map.entry("net", Set.of("telemetry")),
          Map.entry("systemd", Set.of("net")),
          Map.entry("dissect", Set.of()),
          Map.entry("account", Set.of("config", "telemetry")),
          Map.entry("rate", Set.of()),
          Map.entry("admission", Set.of("config", "rate", "telemetry")),
          Map.entry("list", Set.of("config")),
          Map.entry("outside", Set.of("config")),
          Map.entry("rule", Set.of("config", "list")),
          Map.entry("history", Set.of("config", "telemetry")),
          Map.entry("backup", Set.of("account", "config", "history")),
          Map.entry("egress", Set.of("config", "net", "telemetry")),
          Map.entry("dial", Set.of("config", "admission", "egress", "rule", "net", "telemetry")),
          Map.entry("relay", Set.of("config", "telemetry", "net", "rate")),
          Map.entry("session.gssapi", Set.of("config", "telemetry", "net", "relay", "udp")),
          Map.entry(
              "session.login",
              Set.of(
                  "account",
                  "admission",
                  "config",
                  "net",
                  "outside",
                  "telemetry",
                  "session.gssapi")),
          Map.entry(
              "session.command",
              Set.of(
                  "config",
                  "admission",
                  "rule",
                  "dial",
                  "egress",
                  "net",
                  "rate",
                  "udp",
                  "telemetry")),
          Map.entry("udp", Set.of("egress", "net", "rate", "telemetry")),
          Map.entry(
              "session",
              Set.of(
                  "config",
                  "account",
                  "admission",
                  "rule",
                  "dial",
                  "list",
                  "outside",
                  "egress",
                  "rate",
                  "relay",
                  "udp",
                  "net",
                  "telemetry")),
          Map.entry(
              "control",
              Set.of(
                  "config",
                  "account",
                  "admission",
                  "egress",
                  "rule",
                  "list",
                  "session",
                  "relay",
                  "history",
                  "telemetry")),
          Map.entry("manage.door", Set.of("control", "admission", "telemetry")),
          Map.entry("manage.mass", Set.of("control", "telemetry", "manage.door")),
          Map.entry("manage.feed", Set.of("control", "telemetry", "manage.door")),
          Map.entry("manage.bottler", Set.of("control", "admission", "telemetry", "manage.door")),
          Map.entry(
              "manage.events", Set.of("control", "telemetry", "manage.http", "manage.http.api")),
          Map.entry("manage.http.metrics", Set.of("control", "list", "manage.http", "telemetry")),
          Map.entry(
              "manage.http",
              Set.of("account", "config", "control", "admission", "telemetry", "manage.door")),
          Map.entry(
              "manage.http.api",
              Set.of(
                  "account",
                  "config",
                  "control",
                  "history",
                  "admission",
                  "list",
                  "rule",
                  "telemetry",
                  "manage.http")));

  private static final JavaClasses ARGYLE =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages(ROOT, WIRE);

  static Stream<String> rooms() {
    return ARROWS.keySet().stream().sorted();
  }

  @ParameterizedTest
  @MethodSource("rooms")
  void roomImportsOnlyWhatItsRowNames(String room) {
    Set<String> allowed = new TreeSet<>(ARROWS.getOrDefault(room, Set.of()));
    allowed.add(room);
    allowed.add("wire");
    classes()
        .that()
        .resideInAPackage(packageOf(room))
        .should()
        .onlyDependOnClassesThat(outsideArgyleOr(allowed))
        .allowEmptyShould(true)
        .because(room + " may import " + allowed)
        .check(ARGYLE);
  }

  @Test
  void everyPackageOfTheServerHasARow() {
    Set<String> found =
        ARGYLE.stream()
            .map(JavaClass::getPackageName)
            .filter(name -> name.startsWith(ROOT + "."))
            .map(name -> name.substring(ROOT.length() + 1))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(ARROWS.keySet()).containsAll(found);
  }

  @Test
  void wireKnowsTheJdkAlone() {
    classes()
        .that()
        .resideInAPackage(WIRE + "..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            WIRE + "..",
            "java..",
            "javax.crypto..",
            "javax.security..",
            "org.ietf.jgss..",
            "com.sun.security.jgss..",
            "org.jspecify..",
            "com.google.errorprone..")
        .check(ARGYLE);
  }

  @Test
  void wireDoesNoInputOrOutput() {
    noClasses()
        .that()
        .resideInAPackage(WIRE + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.nio.channels..", "java.nio.file..")
        .check(ARGYLE);
  }

  @Test
  void namesSayWhatThingsAre() {
    noClasses()
        .should()
        .haveNameMatching(".*(Util|Utils|Helper|Manager|Impl)")
        .because("such a name says nothing")
        .check(ARGYLE);
  }

  static Stream<JavaPackage> packages() {
    return ARGYLE.stream().map(JavaClass::getPackage).distinct();
  }

  @ParameterizedTest
  @MethodSource("packages")
  void packageSaysThatNullIsAnException(JavaPackage room) {
    assertThat(room.isAnnotatedWith(NullMarked.class))
        .as("%s: its package-info.java has @NullMarked", room.getName())
        .isTrue();
  }

  @Test
  void filesAreShort() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("").toAbsolutePath().resolveSibling("."))) {
      List<String> tooLong =
          files
              .filter(
                  file ->
                      file.toString().endsWith(".java") && file.toString().contains("/src/main/"))
              .filter(file -> lines(file) > LINES_AT_MOST)
              .map(file -> file.getFileName() + ": " + lines(file) + " lines")
              .toList();
      assertThat(tooLong).as("at most %d lines", LINES_AT_MOST).isEmpty();
    }
  }

  private static long lines(Path file) {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String packageOf(String room) {
    if (room.equals("wire")) {
      return WIRE + "..";
    }
    boolean itself = room.equals("manage.http"); // its resources have rows of their own
    return ROOT + "." + room + (itself ? "" : "..");
  }

  private static DescribedPredicate<JavaClass> outsideArgyleOr(Set<String> rooms) {
    String[] allowed = rooms.stream().map(ArrowsTest::packageOf).toArray(String[]::new);
    DescribedPredicate<JavaClass> inAllowed =
        DescribedPredicate.describe(
            "of " + rooms,
            type -> Arrays.stream(allowed).anyMatch(name -> resideInAPackage(name).test(type)));
    return DescribedPredicate.not(resideInAPackage("dev.argyle..")).or(inAllowed);
  }
}
