package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Help is held by the files in {@code src/test/resources/golden}. {@code -Dgolden.write=true}
 * writes them anew; look at the difference before it is committed.
 */
@Tag("unit")
class HelpTest {

  private static final Path GOLDEN = Path.of("src/test/resources/golden");

  private static final List<String> ABOUT_ONE_USER =
      List.of(
          "add",
          "remove",
          "rename",
          "password",
          "enable",
          "disable",
          "show",
          "set",
          "last-connection");

  static Stream<Arguments> commands() {
    return Stream.of(
            Stream.of(Arguments.of("argyle", new String[] {"-h"})),
            Main.commandNames().stream().map(name -> Arguments.of(name, new String[] {name, "-h"})),
            CtlCommand.commandNames().stream()
                .map(name -> Arguments.of("ctl-" + name, new String[] {"ctl", name, "-h"})),
            ABOUT_ONE_USER.stream()
                .map(
                    name ->
                        Arguments.of("ctl-user-" + name, new String[] {"ctl", "user", name, "-h"})))
        .flatMap(all -> all);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("commands")
  void helpIsAsTheGoldenFileHasIt(String name, String[] arguments) throws IOException {
    Said said = Said.by(arguments);
    assertThat(said.exitCode()).isZero();
    assertThat(said.err()).isEmpty();
    Path golden = GOLDEN.resolve(name + ".txt");
    if (Boolean.getBoolean("golden.write")) {
      Files.writeString(golden, said.out());
    }
    assertThat(said.out()).isEqualTo(Files.readString(golden));
  }

  @Test
  void withoutACommandTheHelpIsAnError() {
    Said said = Said.by();
    assertThat(said.exitCode()).isEqualTo(2);
    assertThat(said.err()).isEqualTo(Said.by("-h").out());
  }

  @ParameterizedTest
  @CsvSource({"-v", "--version", "serve -v", "check -v"})
  void theVersionIsTold(String arguments) {
    Said said = Said.by(arguments.split(" "));
    assertThat(said.exitCode()).isZero();
    assertThat(said.out()).matches("argyle \\d\\S* \\(commit \\S+, Java \\d\\S*\\)\\R");
  }
}
