package dev.argyle.server.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.ConfigurationReader;
import dev.argyle.server.config.Read;
import dev.argyle.wire.socks.Command;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/** Holds docs/rules.md to the code: its examples, and the questions in the tables behind them. */
@Tag("arrows")
class RulesPageTest {

  private static final Path PAGE = Path.of("..", "docs", "rules.md");
  private static final Pattern EXAMPLE =
      Pattern.compile("```yaml\n(.*?)```(\n\n\\| user \\|.*?\n\n|)", Pattern.DOTALL);

  @TestFactory
  Stream<DynamicTest> theExamplesOfThePageDecideAsThePageSays() throws IOException {
    List<DynamicTest> tests = new ArrayList<>();
    EXAMPLE
        .matcher(Files.readString(PAGE))
        .results()
        .forEach(
            example -> {
              RuleBook book = compile(example.group(1));
              tests.add(
                  DynamicTest.dynamicTest(
                      example.group(1), () -> assertThat(book).as(example.group(1)).isNotNull()));
              example
                  .group(2)
                  .lines()
                  .skip(3) // the heading; the first line is empty
                  .filter(row -> row.startsWith("| ") && !row.startsWith("| ---"))
                  .forEach(row -> tests.add(DynamicTest.dynamicTest(row, () -> check(row, book))));
            });
    assertThat(tests).hasSizeGreaterThan(25);
    return tests.stream();
  }

  private static RuleBook compile(String yaml) {
    return switch (ConfigurationReader.read("rules.md", yaml)) {
      case Read.Ok(var configuration, _) -> RuleBook.compile(configuration.rules());
      case Read.Wrong(var problems) -> throw new AssertionError(problems);
    };
  }

  private static void check(String row, RuleBook book) {
    String[] cell = row.substring(2).split(" *\\| *", -1);
    Command command = Command.valueOf(cell[2].toUpperCase(Locale.ROOT));
    String name = cell[3].equals("-") ? null : cell[3];
    Ask ask = new Ask(cell[0], cell[1], command, name, Integer.parseInt(cell[5]));
    Decision decision = ask.to(cell[4], book);
    String by = decision.rule() == 0 ? "default" : "rule " + decision.rule();
    assertThat((decision.allowed() ? "allowed by " : "denied by ") + by).isEqualTo(cell[6]);
  }
}
