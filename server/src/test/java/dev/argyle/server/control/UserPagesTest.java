package dev.argyle.server.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.CheapAccounts;
import dev.argyle.server.account.ImportFile;
import dev.argyle.wire.UserName;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("property")
class UserPagesTest {

  private static final String HASH = "$2b$05$abcdefghijklmnopqrstuuOQiyCxlgf/oeuTqixKmWdcYUh4Hjl0a";
  private static final UserPages.Shape BOTTLERS = new UserPages.Shape(1_200, 255);

  @TempDir Path data;
  private AccountBook book;
  private UserPages pages;

  @BeforeEach
  void open() throws Exception {
    book = CheapAccounts.open(data, 50_000);
    pages = new UserPages(book);
  }

  @AfterEach
  void close() {
    book.close();
  }

  private static void add(AccountBook to, Stream<String> names) {
    assertThat(
            to.importAll(
                names.map(name -> new ImportFile.Line(UserName.of(name), HASH, true, 1)).toList()))
        .isInstanceOf(ImportFile.Imported.class);
  }

  /** All names, page by page; each page is looked at. */
  private List<UserName> shown(UserPages.Shape shape) {
    List<UserName> all = new ArrayList<>();
    int count = pages.count(shape);
    for (int page = 1; page <= count; page++) {
      List<UserName> names = Objects.requireNonNull(pages.page(page, shape));
      assertThat(names).isNotEmpty().hasSizeLessThanOrEqualTo(shape.names());
      assertThat(octets(names)).isLessThanOrEqualTo(shape.octets());
      all.addAll(names);
    }
    assertThat(pages.page(count + 1, shape)).isNull();
    return all;
  }

  private static int octets(List<UserName> names) {
    return names.stream().mapToInt(UserName::fieldLength).sum();
  }

  private List<UserName> there() {
    return book.names(null, AccountBook.MAX_PAGE);
  }

  private long readFor(Runnable change) {
    pages.count(BOTTLERS);
    long before = pages.namesRead();
    change.run();
    pages.count(BOTTLERS);
    return pages.namesRead() - before;
  }

  @Test
  void aNameThatComesOrGoesCostsItsPageAndNotAWalkOverAll() {
    add(book, IntStream.range(0, 9_000).mapToObj("user-%05d"::formatted));
    assertThat(readFor(() -> {})).isZero();
    assertThat(pages.namesRead()).isEqualTo(9_000);
    int aPage = BOTTLERS.names() + 1;
    assertThat(readFor(() -> add(book, Stream.of("user-04000-x")))).isBetween(1L, (long) aPage);
    assertThat(readFor(() -> add(book, Stream.of("zoe")))).isBetween(1L, (long) aPage);
    assertThat(readFor(() -> book.remove(UserName.of("user-00007")))).isBetween(1L, (long) aPage);
    assertThat(readFor(() -> book.rename(UserName.of("user-08000"), UserName.of("ben"))))
        .isBetween(1L, 2L * aPage);
    assertThat(readFor(() -> book.setEnabled(UserName.of("ben"), false))).isZero();
    assertThat(shown(BOTTLERS)).isEqualTo(there());
  }

  @Test
  void pagesHoldWhatFits() {
    add(book, Stream.of("admin", "ana"));
    int octets = 1 + 5 + 1 + 3;
    assertThat(pages.count(new UserPages.Shape(octets, 255))).isEqualTo(1);
    assertThat(pages.count(new UserPages.Shape(octets - 1, 255))).isEqualTo(2);
    assertThat(pages.count(new UserPages.Shape(octets, 1))).isEqualTo(2);
    UserPages.Shape shape = new UserPages.Shape(octets, 255);
    add(book, Stream.of("zoe"));
    assertThat(pages.count(shape)).isEqualTo(2);
    assertThat(pages.page(2, shape)).containsExactly(UserName.of("zoe"));
    assertThat(pages.page(0, shape)).isNull();
    assertThat(pages.page(3, shape)).isNull();
    book.rename(UserName.of("zoe"), UserName.of("aaa"));
    assertThat(pages.page(1, shape)).containsExactly(UserName.of("aaa"), UserName.of("admin"));
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6})
  void whateverComesAndGoesThePagesHaveAllNamesAndAreAtLeastHalfFull(int seed) {
    Random random = new Random(seed);
    UserPages.Shape shape = new UserPages.Shape(40, seed % 2 == 0 ? 255 : 7);
    add(book, IntStream.range(0, 150).mapToObj(i -> name(random)).distinct());
    for (int i = 0; i < 150; i++) {
      change(random);
      if (random.nextInt(3) == 0) {
        assertThat(shown(shape)).isEqualTo(there());
        assertThat(pages.count(shape)).isLessThanOrEqualTo(2 * full(shape) + 1);
      }
    }
    assertThat(shown(shape)).isEqualTo(there());
  }

  private void change(Random random) {
    List<UserName> there = there();
    UserName some = there.isEmpty() ? UserName.of("a") : there.get(random.nextInt(there.size()));
    switch (random.nextInt(5)) {
      case 0, 1 -> {
        String fresh = name(random);
        if (book.find(UserName.of(fresh)) == null) {
          add(book, Stream.of(fresh));
        }
      }
      case 2, 3 -> book.remove(some);
      default -> book.rename(some, UserName.of(name(random)));
    }
  }

  /** Some are long: pages are full at different numbers of names. */
  private static String name(Random random) {
    String name = Integer.toString(random.nextInt(36 * 36 * 36), 36);
    return random.nextInt(8) == 0 ? name + "-".repeat(random.nextInt(20)) + "z" : name;
  }

  /** Of any two neighbours, the names together are too many octets, or too many. */
  private int full(UserPages.Shape shape) {
    return octets(there()) / shape.octets() + there().size() / shape.names() + 1;
  }

  @Test
  void whoeverRemovesAllOfThemThereIsNoPage() {
    add(book, IntStream.range(0, 50).mapToObj("user-%d"::formatted));
    UserPages.Shape shape = new UserPages.Shape(40, 255);
    assertThat(shown(shape)).hasSize(50);
    there().forEach(book::remove);
    assertThat(pages.count(shape)).isZero();
    add(book, Stream.of("ana"));
    assertThat(shown(shape)).containsExactly(UserName.of("ana"));
  }

  /** The database numbers a new account as the newest that was removed: no number tells of it. */
  @Test
  void aNewAccountWithTheNumberOfARemovedOneIsNotOverlooked() {
    add(book, Stream.of("ana", "ben", "zoe"));
    assertThat(shown(BOTTLERS)).hasSize(3);
    book.remove(UserName.of("zoe"));
    add(book, Stream.of("eva"));
    assertThat(shown(BOTTLERS)).extracting(UserName::text).containsExactly("ana", "ben", "eva");
  }

  @Test
  void whatAnotherProcessAddsIsThereAtOnceAndWhatItRemovesIsGoneAMomentLater() throws Exception {
    add(book, IntStream.range(0, 500).mapToObj("user-%03d"::formatted));
    assertThat(shown(BOTTLERS)).hasSize(500);
    try (AccountBook other = CheapAccounts.open(data, 50_000)) {
      add(other, Stream.of("ana", "user-2"));
      assertThat(shown(BOTTLERS)).hasSize(502).isEqualTo(there());
      other.remove(UserName.of("user-499"));
      other.remove(UserName.of("ana"));
      await().until(() -> shown(BOTTLERS).size() == 500);
      assertThat(shown(BOTTLERS)).isEqualTo(there());
    }
  }
}
