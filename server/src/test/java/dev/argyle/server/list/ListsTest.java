package dev.argyle.server.list;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.argyle.server.config.Countries;
import dev.argyle.server.config.NameList;
import dev.argyle.server.config.NameList.Format;
import dev.argyle.server.config.NameList.Refresh;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What becomes of lists whose files change. Files are looked at when the test says so. */
@Tag("unit")
class ListsTest {

  @TempDir Path folder;

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final Lists lists = new Lists(() -> 4711, new HeapShare(1L << 30));
  private Path ads;

  @BeforeEach
  void open() throws IOException {
    log.start();
    logger().addAppender(log);
    ads = write("ads.txt", "ads.example\n");
    assertThat(lists.reload(Map.of("ads", domains(ads)))).isEmpty();
  }

  @AfterEach
  void close() {
    logger().detachAppender(log);
  }

  private static Logger logger() {
    return (Logger) LoggerFactory.getLogger(Lists.class);
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }

  private static NameList domains(Path file) {
    return new NameList(file.toString(), Format.DOMAINS, Refresh.ON_CHANGE);
  }

  private NamedList ads() {
    return Objects.requireNonNull(lists.all().get("ads"));
  }

  private List<String> warnings() {
    return log.list.stream()
        .filter(event -> event.getLevel().levelStr.equals("WARN"))
        .map(ILoggingEvent::getFormattedMessage)
        .toList();
  }

  @Test
  void aChangedFileIsTakenAsAWholeOnceItHasComeToRest() throws Exception {
    NamedList before = ads();
    write("ads.txt", "other.example\nmore.example\n");
    lists.look();
    assertThat(before.hasName("ads.example")).as("it may still be written").isTrue();
    lists.look();
    assertThat(before.hasName("ads.example")).isFalse();
    assertThat(before.hasName("more.example")).isTrue();
    assertThat(ads()).as("what rules were compiled with").isSameAs(before);
    assertThat(before.status())
        .isEqualTo(new NamedList.Status("ads", ads.toString(), "domains", 2, 4711, 0, null));
  }

  @Test
  void whatAllListsHaveOfTheHeapIsBoundedAndAFileThatHasGrownChangesNothing() throws Exception {
    NameList first = domains(write("first.txt", names(100)));
    NameList second = domains(write("second.txt", names(100)));
    long needs = ListReader.read(first, new HeapShare(1 << 20)).heapOctets();
    Lists few = new Lists(() -> 4711, new HeapShare(2 * needs));
    assertThat(few.reload(Map.of("first", first, "second", second))).isEmpty();
    write("first.txt", names(101));
    few.look();
    few.look();
    NamedList kept = Objects.requireNonNull(few.all().get("first"));
    assertThat(kept.status().size()).isEqualTo(100);
    assertThat(kept.status().failure()).contains("needs more than the ");
    assertThat(few.reload(Map.of("first", first, "third", second, "second", second)))
        .singleElement()
        .satisfies(why -> assertThat(why).startsWith("lists.third: ").contains("needs more than"));
    assertThat(few.reload(Map.of("first", first))).as("room enough").isEmpty();
    assertThat(kept.status().size()).isEqualTo(101);
  }

  private static String names(int count) {
    StringBuilder names = new StringBuilder();
    for (int i = 0; i < count; i++) {
      names.append("n").append(1000 + i).append(".example\n");
    }
    return names.toString();
  }

  @Test
  void aFileThatKeepsChangingIsNotReadMeanwhile() throws Exception {
    for (int i = 0; i < 5; i++) {
      write("ads.txt", "half.example\n".repeat(i + 2));
      lists.look();
      assertThat(ads().hasName("half.example")).isFalse();
    }
  }

  @Test
  void aBrokenFileLeavesWhatWasThereAndIsToldOnce() throws Exception {
    write("ads.txt", "fine.example\n<html>\n");
    for (int i = 0; i < 5; i++) {
      lists.look();
    }
    assertThat(ads().hasName("ads.example")).isTrue();
    assertThat(ads().hasName("fine.example")).isFalse();
    assertThat(warnings()).hasSize(1);
    assertThat(warnings().getFirst())
        .contains("list ads: " + ads + ":2: \"<html>\" is not a host name")
        .contains("stays in force");
    assertThat(ads().status().failures()).isEqualTo(1);
    assertThat(lists.reload(Map.of("ads", domains(ads)))).isEmpty();
    assertThat(warnings()).as("the same again").hasSize(1);
    write("ads.txt", "fine.example\n");
    lists.look();
    lists.look();
    assertThat(ads().hasName("fine.example")).isTrue();
    assertThat(ads().status().failure()).isNull();
  }

  @Test
  void aFileThatIsGoneLeavesWhatWasThere() throws Exception {
    Files.delete(ads);
    for (int i = 0; i < 3; i++) {
      lists.look();
    }
    assertThat(ads().hasName("ads.example")).isTrue();
    assertThat(warnings()).hasSize(1);
    write("ads.txt", "back.example\n");
    lists.look();
    lists.look();
    assertThat(ads().hasName("back.example")).isTrue();
  }

  @Test
  void anEmptyFileAsADownloadThatFailedLeavesItIsBroken() throws Exception {
    write("ads.txt", "");
    lists.look();
    lists.look();
    assertThat(ads().hasName("ads.example")).isTrue();
    assertThat(warnings()).hasSize(1);
  }

  @Test
  void aListThatIsReadOnReloadAloneIsLeftAloneUntilThen() throws Exception {
    NameList onReload = new NameList(ads.toString(), Format.DOMAINS, Refresh.ON_RELOAD);
    assertThat(lists.reload(Map.of("ads", onReload))).isEmpty();
    write("ads.txt", "other.example\n");
    lists.look();
    lists.look();
    assertThat(ads().hasName("other.example")).isFalse();
    assertThat(lists.reload(Map.of("ads", onReload))).isEmpty();
    assertThat(ads().hasName("other.example")).isTrue();
  }

  @Test
  void aNewListThatCannotBeReadChangesNothing() throws Exception {
    write("ads.txt", "other.example\n");
    Path none = folder.resolve("none.txt");
    assertThat(lists.reload(Map.of("ads", domains(ads), "new", domains(none))))
        .singleElement()
        .asString()
        .startsWith("lists.new: " + none + ": cannot be read: no such file");
    assertThat(lists.all()).containsOnlyKeys("ads");
    assertThat(ads().hasName("ads.example")).isTrue();
  }

  private static boolean isInGermany(NamedList countries) {
    int country = countries.country(Integer.SIZE, 0xC000_0207L << Integer.SIZE, 0); // 192.0.2.7
    return country == CountryCode.number("DE");
  }

  @Test
  void aDatabaseOfCountriesIsReplacedAsAListIsAndABrokenOneIsToldOnce() throws Exception {
    Path file = CountryFiles.write(folder.resolve("c.mmdb"), "192.0.2.0/24 DE");
    NameList settings = new NameList(file.toString(), Format.COUNTRIES, Refresh.ON_CHANGE);
    assertThat(lists.reload(Map.of(Countries.NAME, settings))).isEmpty();
    NamedList countries = Objects.requireNonNull(lists.all().get(Countries.NAME));
    assertThat(isInGermany(countries)).isTrue();
    write("c.mmdb", "<html>not found</html>");
    for (int i = 0; i < 5; i++) {
      lists.look();
    }
    assertThat(isInGermany(countries)).as("what was there stays in force").isTrue();
    assertThat(warnings())
        .singleElement()
        .asString()
        .startsWith("list country:*: " + file + ": is");
    assertThat(countries.status().failures()).isEqualTo(1);
    CountryFiles.write(file, "192.0.2.0/24 FR", "198.51.100.0/24 DE");
    lists.look();
    lists.look();
    assertThat(isInGermany(countries)).isFalse();
    assertThat(countries.status())
        .isEqualTo(
            new NamedList.Status("country:*", file.toString(), "countries", 2, 4711, 1, null));
  }

  @Test
  void atTheStartADatabaseOfCountriesThatCannotBeReadIsNamedByItsKey() {
    Path none = folder.resolve("none.mmdb");
    NameList settings = new NameList(none.toString(), Format.COUNTRIES, Refresh.ON_CHANGE);
    assertThat(Lists.problems(Map.of(Countries.NAME, settings)))
        .singleElement()
        .asString()
        .startsWith("countries.file: " + none + ": cannot be read: no such file");
  }

  @Test
  void atTheStartEveryListThatCannotBeReadIsNamed() throws Exception {
    Path bad = write("bad.txt", "a..b\n");
    Map<String, NameList> settings =
        Map.of("ads", domains(ads), "bad", domains(bad), "none", domains(folder.resolve("none")));
    assertThatThrownBy(() -> Lists.load(settings))
        .isInstanceOf(ListFault.class)
        .hasMessageContaining("lists.bad: " + bad + ":1: \"a..b\" is not a host name; a line of")
        .hasMessageContaining("\nlists.none: ");
    assertThat(Lists.problems(settings)).hasSize(2);
  }
}
