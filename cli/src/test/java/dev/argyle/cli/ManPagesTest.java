package dev.argyle.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.cli.manual.CommandPages;
import dev.argyle.cli.manual.ConfigurationPage;
import dev.argyle.cli.shell.BashScript;
import dev.argyle.cli.shell.ZshScript;
import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/**
 * Man pages and completions in {@code deploy} are those that the program's tables make. {@code
 * -Dgolden.write=true} writes them anew, as it does with help; look at the difference before it is
 * committed.
 */
@Tag("arrows")
class ManPagesTest {

  private static final Path DEPLOY = Path.of("../deploy");
  private static final Pattern DATE = Pattern.compile("^\\.TH \\S+ \\d (\\S+)", Pattern.MULTILINE);
  private static final String HOW =
      "mvn test -pl cli -am -Dtest=HelpTest,ManPagesTest -Dgolden.write=true"
          + " -Dsurefire.failIfNoSpecifiedTests=false";

  @ParameterizedTest
  @ValueSource(strings = {"argyle.1", "argyle-serve.8", "argyle.yaml.5"})
  void theManPagesAreThoseOfTheTables(String name) throws IOException {
    CommandLine all = Main.commandLine();
    Function<String, String> made =
        date ->
            switch (name) {
              case "argyle.1" -> CommandPages.argyle(all, date);
              case "argyle-serve.8" -> CommandPages.serve(serve(all), date);
              default -> ConfigurationPage.of(configuration(), date);
            };
    Path file = DEPLOY.resolve("man").resolve(name);
    String there = read(file);
    Matcher date = DATE.matcher(there);
    // The date is that of the last difference.
    String page = made.apply(date.find() ? date.group(1) : "none");
    if (Boolean.getBoolean("golden.write") && !page.equals(there)) {
      there = made.apply(LocalDate.now(ZoneOffset.UTC).toString());
      page = there;
      write(file, page);
    }
    assertThat(there).as("refresh it with: %s", HOW).isEqualTo(page);
  }

  @ParameterizedTest
  @ValueSource(strings = {"argyle.bash", "_argyle"})
  void theCompletionsAreThoseOfTheTables(String name) throws IOException {
    var all = Main.commandLine().getCommandSpec();
    String script = name.startsWith("_") ? ZshScript.of(all) : BashScript.of(all);
    Path file = DEPLOY.resolve("completions").resolve(name);
    if (Boolean.getBoolean("golden.write")) {
      write(file, script);
    }
    assertThat(read(file)).as("refresh it with: %s", HOW).isEqualTo(script);
    String shell = name.startsWith("_") ? "zsh" : "bash";
    assertThat(Said.by("completion", shell).out()).isEqualTo(script);
  }

  @Test
  void theExampleOfThePageIsRight() {
    assertThat(ConfigurationReader.read("argyle.yaml", ConfigurationPage.EXAMPLE))
        .isInstanceOf(Read.Ok.class);
  }

  @Test
  void everyCommandAndKeyIsInThePages() throws IOException {
    String commands = read(DEPLOY.resolve("man/argyle.1"));
    for (String name : Main.commandNames()) {
      assertThat(commands).contains(".SS argyle " + name + "\n");
    }
    for (String name : CtlCommand.commandNames()) {
      assertThat(commands).contains(".SS argyle ctl " + name + "\n");
    }
    String keys = read(DEPLOY.resolve("man/argyle.yaml.5"));
    configuration().stream()
        .filter(line -> line.startsWith("| `"))
        .map(line -> line.split("`")[1].replace("-", "\\-"))
        .forEach(key -> assertThat(keys).contains(".TP\n\\fB" + key + "\\fR\n"));
  }

  private static CommandLine serve(CommandLine all) {
    return Objects.requireNonNull(all.getSubcommands().get("serve"));
  }

  private static List<String> configuration() {
    try {
      return Files.readAllLines(Path.of("../docs/configuration.md"));
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static String read(Path file) throws IOException {
    return Files.exists(file) ? Files.readString(file) : "";
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }
}
