package dev.argyle.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicContainer;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * The client against several makes of server. What comes of it is the table in docs/client.md, cell
 * by cell: a cell that is not tried says {@code -}.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Tag("program")
class InteroperationTest {

  private static final String NOT_TRIED = "-";

  @TempDir private Path directory;
  private final Map<String, Make.Running> running = new HashMap<>();
  private Map<String, List<String>> table = Map.of();

  @BeforeAll
  void readTheTable() throws IOException {
    Map<String, List<String>> rows = new HashMap<>();
    for (String line : Files.readAllLines(Path.of("..", "docs", "client.md"))) {
      List<String> cells = Arrays.stream(line.split("\\|")).map(String::strip).toList();
      if (cells.size() == 2 + Make.values().length) {
        rows.put(cells.get(1), cells.subList(2, cells.size()));
      }
    }
    table = rows;
  }

  @AfterAll
  void stopServers() {
    running.values().forEach(Make.Running::close);
  }

  private Make.Running server(Make make, boolean password) throws IOException {
    String name = make + (password ? "-password" : "");
    Make.Running there = running.get(name);
    if (there == null) {
      there = make.start(Files.createDirectory(directory.resolve(name)), password);
      running.put(name, there);
    }
    return there;
  }

  @Test
  void tableHasEveryMakeAndEveryBehaviour() {
    assertThat(table.get("")).isEqualTo(Arrays.stream(Make.values()).map(Make::title).toList());
    assertThat(table.keySet())
        .containsAll(Arrays.stream(Behaviour.values()).map(Behaviour::title).toList());
  }

  @TestFactory
  Stream<DynamicNode> everyCellOfTheTableIsWhatComesOfIt() {
    return Arrays.stream(Make.values())
        .map(
            make ->
                DynamicContainer.dynamicContainer(
                    make.title(),
                    Arrays.stream(Behaviour.values())
                        .map(
                            behaviour ->
                                DynamicTest.dynamicTest(
                                    behaviour.title(), () -> tryOut(make, behaviour)))));
  }

  private void tryOut(Make make, Behaviour behaviour) throws Exception {
    Optional<String> missing = make.missing();
    assumeTrue(missing.isEmpty(), () -> missing.orElse(""));
    List<String> row = table.getOrDefault(behaviour.title(), List.of());
    String expected = row.isEmpty() ? "no row" : row.get(make.ordinal());
    assumeTrue(!expected.equals(NOT_TRIED), "the table does not say that this is tried");
    assertThat(behaviour.outcome(server(make, behaviour.needsPassword())))
        .as("%s: %s", make.title(), behaviour.title())
        .isEqualTo(expected);
  }
}
