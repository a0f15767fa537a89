package dev.argyle.server.list;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** The names in two arrays against a set of strings. */
@Tag("property")
class NameTableTest {

  private static final String DOT = ".";

  @Property(tries = 1_000, edgeCases = EdgeCasesMode.NONE)
  void answersAsASetOfStringsDoes(
      @ForAll("names") List<String> names, @ForAll("names") List<String> asked) {
    NameTable.Builder builder = new NameTable.Builder();
    Set<String> itself = new HashSet<>();
    Set<String> below = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      int meaning = 1 + i % 3;
      builder.add(names.get(i), meaning);
      if ((meaning & NameTable.ITSELF) != 0) {
        itself.add(names.get(i));
      }
      if ((meaning & NameTable.BELOW) != 0) {
        below.add(names.get(i));
      }
    }
    NameTable table = builder.build();
    assertThat(table.size()).isEqualTo((int) names.stream().distinct().count());
    for (String name : asked) {
      boolean expected =
          itself.contains(name) || below.stream().anyMatch(above -> name.endsWith(DOT + above));
      assertThat(table.has(name)).as("%s in %s", name, names).isEqualTo(expected);
    }
  }

  @Provide
  Arbitrary<List<String>> names() {
    Arbitrary<String> label = Arbitraries.of("a", "b", "ab", "ba", "c-c");
    return label
        .list()
        .ofMinSize(1)
        .ofMaxSize(4)
        .map(labels -> String.join(DOT, labels))
        .list()
        .ofMaxSize(40);
  }

  /** 500,000 names of 20 octets would take 17 MB. */
  @Property(tries = 20, edgeCases = EdgeCasesMode.NONE)
  void aNameTakesItsLengthAndAFewOctets(@ForAll("sizes") int size) {
    NameTable.Builder builder = new NameTable.Builder();
    long lengths = 0;
    for (int i = 0; i < size; i++) {
      String name = "host-" + i + ".example";
      builder.add(name, NameTable.ITSELF);
      lengths += name.length();
    }
    NameTable table = builder.build();
    assertThat(table.heapOctets()).isLessThanOrEqualTo(lengths + (long) size * 14);
    for (int i = 0; i < size; i++) {
      assertThat(table.has("host-" + i + ".example")).isTrue();
    }
    assertThat(table.has("host-" + size + ".example")).isFalse();
  }

  @Provide
  Arbitrary<Integer> sizes() {
    return Arbitraries.of(100, 769, 1_000, 12_288, 12_289, 12_290, 30_000);
  }
}
