package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class JournalTest {
  private final Journal journal = new Journal(4);

  private void add(int... ids) {
    for (int id : ids) {
      journal.add(Entries.ended(id));
    }
  }

  private List<Long> all(int limit) {
    List<Long> ids = new ArrayList<>();
    long cursor = Journal.NEWEST;
    do {
      Journal.Page page = journal.page(cursor, limit);
      assertThat(page.connections()).hasSizeLessThanOrEqualTo(limit);
      page.connections().forEach(connection -> ids.add(connection.id()));
      cursor = page.older();
    } while (cursor != 0);
    return ids;
  }

  @Test
  void isEmptyAtFirst() {
    assertThat(journal.page(Journal.NEWEST, 10)).isEqualTo(new Journal.Page(List.of(), 0));
  }

  @Test
  void givesNewestFirstInPagesOfAnySize() {
    add(9, 7, 8);
    for (int limit = 1; limit <= 5; limit++) {
      assertThat(all(limit)).containsExactly(8L, 7L, 9L);
    }
  }

  @Test
  void isFullAtItsCapacityAndThenForgetsTheOldest() {
    add(1, 2, 3, 4);
    assertThat(all(3)).containsExactly(4L, 3L, 2L, 1L);
    add(5);
    assertThat(all(3)).containsExactly(5L, 4L, 3L, 2L);
    add(6, 7, 8, 9);
    assertThat(all(4)).containsExactly(9L, 8L, 7L, 6L);
  }

  @Test
  void aFullPageThatIsTheLastHasNoCursor() {
    add(1, 2, 3, 4);
    assertThat(journal.page(Journal.NEWEST, 4).older()).isZero();
  }

  @Test
  void aCursorStaysWhereItWasWhileOthersEnd() {
    add(1, 2, 3, 4);
    long cursor = journal.page(Journal.NEWEST, 1).older();
    add(5);
    assertThat(journal.page(cursor, 9).connections())
        .extracting(EndedConnection::id)
        .containsExactly(3L, 2L);
    add(6, 7, 8);
    assertThat(journal.page(cursor, 9)).isEqualTo(new Journal.Page(List.of(), 0));
  }

  @Test
  void aCursorFromNowhereGivesAnEmptyPage() {
    add(1);
    assertThat(journal.page(0, 9).connections()).isEmpty();
    assertThat(journal.page(-7, 9).connections()).isEmpty();
    assertThat(journal.page(1, 9).connections()).isEmpty();
  }

  @Test
  void holdsAtLeastOne() {
    assertThatThrownBy(() -> new Journal(0)).isInstanceOf(IllegalArgumentException.class);
    Journal smallest = new Journal(1);
    smallest.add(Entries.ended(1));
    smallest.add(Entries.ended(2));
    assertThat(smallest.page(Journal.NEWEST, 9).connections())
        .extracting(EndedConnection::id)
        .containsExactly(2L);
  }

  @Test
  void whatWasAddedBehindAnEntryIsGivenOldestFirst() {
    add(9, 7, 8);
    assertThat(journal.added()).isEqualTo(3);
    Journal.Added two = journal.addedAfter(1, 5);
    assertThat(two.connections()).extracting(EndedConnection::id).containsExactly(7L, 8L);
    assertThat(two.first()).isEqualTo(2);
    assertThat(two.last()).isEqualTo(3);
    assertThat(journal.addedAfter(0, 1).last()).isEqualTo(1);
    assertThat(journal.addedAfter(3, 1)).isEqualTo(new Journal.Added(List.of(), 4));
  }

  @Test
  void whatWasOverwrittenBehindAnEntryIsLeftOut() {
    add(1, 2, 3, 4, 5, 6);
    Journal.Added rest = journal.addedAfter(0, 3);
    assertThat(rest.first()).isEqualTo(3);
    assertThat(rest.connections()).extracting(EndedConnection::id).containsExactly(3L, 4L, 5L);
  }
}
