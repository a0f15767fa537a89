package dev.argyle.cli.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.client.manage.Connection;
import dev.argyle.wire.Destination;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class FollowingTest {

  private static final int PAGE = 3;

  private final TreeMap<Long, Connection> open = new TreeMap<>();
  private final TreeMap<Long, Connection> ended = new TreeMap<>();
  private final Following following = new Following(pages(open), pages(ended), _ -> true);

  private static Following.Pages pages(TreeMap<Long, Connection> connections) {
    return after -> connections.tailMap(after, false).values().stream().limit(PAGE).toList();
  }

  private static Connection connection(long id, int command, boolean over) {
    return new Connection(
        id,
        Instant.EPOCH,
        over ? Optional.of(Instant.EPOCH) : Optional.empty(),
        0,
        over ? id : 0,
        0,
        command,
        Optional.empty(),
        Destination.UNSPECIFIED,
        Destination.UNSPECIFIED);
  }

  private void opens(long... ids) {
    for (long id : ids) {
      open.put(id, connection(id, 1, false));
    }
  }

  private void ends(long... ids) {
    for (long id : ids) {
      open.remove(id);
      ended.put(id, connection(id, 1, true));
    }
  }

  private String next() throws Exception {
    return following.look().stream()
        .map(event -> (event.ended() ? "-" : "+") + event.connection().id())
        .collect(Collectors.joining(" "));
  }

  @Test
  void firstItTellsWhatIsOpenAndNothingOfWhatIsOver() throws Exception {
    opens(4, 5, 6, 7, 9);
    ends(1, 2, 3, 8);
    assertThat(next()).isEqualTo("+4 +5 +6 +7 +9");
    assertThat(next()).isEmpty();
  }

  @Test
  void whatOpensAndEndsIsToldOnce() throws Exception {
    assertThat(next()).isEmpty();
    opens(1, 2);
    assertThat(next()).isEqualTo("+1 +2");
    ends(1);
    opens(3);
    assertThat(next()).isEqualTo("-1 +3");
    ends(2, 3);
    assertThat(next()).isEqualTo("-2 -3");
    assertThat(next()).isEmpty();
  }

  @Test
  void whatCameAndWentInBetweenIsToldAtItsEnd() throws Exception {
    ends(1, 2, 3, 4, 5);
    assertThat(next()).isEmpty();
    ends(6, 7, 8, 9, 10);
    assertThat(next()).isEqualTo("-6 -7 -8 -9 -10");
  }

  @Test
  void whoseRequestIsNotKnownYetIsToldLater() throws Exception {
    open.put(1L, connection(1, 0, false));
    assertThat(next()).isEmpty();
    opens(1);
    assertThat(next()).isEqualTo("+1");
  }

  @Test
  void whatEndsWhileTheListsAreReadIsToldOnce() throws Exception {
    opens(1);
    assertThat(next()).isEqualTo("+1");
    ended.put(1L, connection(1, 1, true)); // and open.remove comes too late
    assertThat(next()).isEqualTo("-1");
    open.remove(1L);
    assertThat(next()).isEmpty();
  }

  @Test
  void whatIsInNeitherListIsWaitedForOnce() throws Exception {
    opens(1, 2);
    assertThat(next()).isEqualTo("+1 +2");
    open.clear();
    assertThat(next()).isEmpty();
    ends(1); // the other one's end is past the journal already
    assertThat(next()).isEqualTo("-1 -2");
    assertThat(next()).isEmpty();
  }

  @Test
  void idsThatComeLateAreNotLost() throws Exception {
    opens(2_000);
    assertThat(next()).isEqualTo("+2000");
    ends(2_005);
    assertThat(next()).isEqualTo("-2005");
    ends(2_003);
    opens(2_004);
    assertThat(next()).isEqualTo("-2003 +2004");
  }

  @Test
  void endsCarryTheFiguresOfTheEnd() throws Exception {
    opens(7);
    following.look();
    ends(7);
    assertThat(following.look())
        .isEqualTo(List.of(new Following.Event(true, connection(7, 1, true))));
  }
}
