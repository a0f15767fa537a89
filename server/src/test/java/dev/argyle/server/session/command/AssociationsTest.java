package dev.argyle.server.session.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Socks;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.udp.UdpMemory;
import dev.argyle.server.udp.UdpShare;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AssociationsTest {

  private final Associations associations = new Associations(new UdpMemory(64 << 20));

  private static Socks.Udp limits(int inAll, int ofUser) {
    return new Socks.Udp(
        Duration.ofMinutes(2), List.of(), Socks.Filter.ADDRESS_RESTRICTED, null, inAll, ofUser);
  }

  private static LiveConnection client(@Nullable String user, String address) {
    LiveConnection client =
        new ConnectionTable().open(InetAddress.ofLiteral(address), 4000, 0, _ -> {});
    if (user != null) {
      client.authenticated(user);
    }
    return client;
  }

  @Test
  void theLastPlaceInAllIsGivenAndTheNextIsNot() {
    Socks.Udp limits = limits(2, 256);
    assertThat(associations.ask(client("ana", "192.0.2.1"), limits))
        .isInstanceOf(Associations.Place.class);
    assertThat(associations.ask(client("ben", "192.0.2.1"), limits))
        .isInstanceOf(Associations.Place.class);
    assertThat(associations.ask(client("cia", "192.0.2.1"), limits))
        .isEqualTo(Associations.Full.IN_ALL);
  }

  @Test
  void aUserHasSoManyAndGetsAnotherWhenOneIsLeft() {
    Socks.Udp limits = limits(10, 1);
    if (!(associations.ask(client("ana", "192.0.2.1"), limits)
        instanceof Associations.Place place)) {
      throw new AssertionError("the first");
    }
    assertThat(associations.ask(client("ana", "192.0.2.2"), limits))
        .isEqualTo(Associations.Full.OF_USER);
    assertThat(associations.ask(client("ben", "192.0.2.1"), limits))
        .isInstanceOf(Associations.Place.class);
    place.leave();
    assertThat(associations.ask(client("ana", "192.0.2.2"), limits))
        .isInstanceOf(Associations.Place.class);
    assertThat(associations.size()).isEqualTo(2);
  }

  @Test
  void clientsWithoutANameCountByTheirAddress() {
    Socks.Udp limits = limits(10, 1);
    assertThat(associations.ask(client(null, "192.0.2.1"), limits))
        .isInstanceOf(Associations.Place.class);
    assertThat(associations.ask(client(null, "192.0.2.1"), limits))
        .isEqualTo(Associations.Full.OF_USER);
    assertThat(associations.ask(client(null, "192.0.2.2"), limits))
        .isInstanceOf(Associations.Place.class);
  }

  @Test
  void otherAddressesOfOneIpv6NetworkGetNoMorePlaces() {
    Socks.Udp limits = limits(10, 1);
    assertThat(associations.ask(client(null, "2001:db8:0:1::1"), limits))
        .isInstanceOf(Associations.Place.class);
    assertThat(associations.ask(client(null, "2001:db8:0:1:ffff::2"), limits))
        .isEqualTo(Associations.Full.OF_USER);
    assertThat(associations.ask(client(null, "2001:db8:0:2::1"), limits))
        .isInstanceOf(Associations.Place.class);
  }

  @Test
  void associationsOfAUserHaveOneShareOfMemoryAndOthersHaveTheirOwn() {
    Socks.Udp limits = limits(10, 10);
    UdpShare share = place(client("ana", "192.0.2.1"), limits).share();
    assertThat(place(client("ana", "192.0.2.2"), limits).share()).isSameAs(share);
    assertThat(place(client("ben", "192.0.2.1"), limits).share()).isNotSameAs(share);
    UdpShare source = place(client(null, "2001:db8:0:1::1"), limits).share();
    assertThat(source).isNotSameAs(share);
    assertThat(place(client(null, "2001:db8:0:1::2"), limits).share()).isSameAs(source);
  }

  private Associations.Place place(LiveConnection client, Socks.Udp limits) {
    if (associations.ask(client, limits) instanceof Associations.Place place) {
      return place;
    }
    throw new AssertionError("there is room");
  }

  @Test
  void userWhoIsNamedAsAnAddressDoesNotTakeThePlacesOfThatAddress() {
    Socks.Udp limits = limits(10, 1);
    assertThat(associations.ask(client("192.0.2.1", "192.0.2.9"), limits))
        .isInstanceOf(Associations.Place.class);
    assertThat(associations.ask(client(null, "192.0.2.1"), limits))
        .isInstanceOf(Associations.Place.class);
  }

  @Test
  void lowerLimitsTurnNobodyOutButLetNobodyIn() {
    List<Associations.Place> places = new ArrayList<>();
    for (String user : List.of("ana", "ben", "cia")) {
      if (associations.ask(client(user, "192.0.2.1"), limits(3, 1))
          instanceof Associations.Place place) {
        places.add(place);
      }
    }
    assertThat(places).hasSize(3);
    Socks.Udp lower = limits(2, 1);
    places.removeLast().leave();
    assertThat(associations.ask(client("cia", "192.0.2.1"), lower))
        .isEqualTo(Associations.Full.IN_ALL);
    places.removeLast().leave();
    assertThat(associations.ask(client("cia", "192.0.2.1"), lower))
        .isInstanceOf(Associations.Place.class);
  }

  @Test
  void fullServerSaysSoBeforeItSpeaksOfTheUser() {
    Socks.Udp limits = limits(1, 1);
    associations.ask(client("ana", "192.0.2.1"), limits);
    assertThat(associations.ask(client("ana", "192.0.2.1"), limits))
        .isEqualTo(Associations.Full.IN_ALL);
  }

  @Test
  void loopsThatAskAtOnceNeverGetMoreThanThereIs() throws Exception {
    Socks.Udp limits = limits(3, 2);
    List<Callable<Integer>> loops = new ArrayList<>();
    AtomicInteger inside = new AtomicInteger();
    for (String user : List.of("ana", "ana", "ana", "ben", "ben", "ben")) {
      LiveConnection client = client(user, "192.0.2.1");
      loops.add(
          () -> {
            int most = 0;
            for (int i = 0; i < 5_000; i++) {
              if (associations.ask(client, limits) instanceof Associations.Place place) {
                most = Math.max(most, inside.incrementAndGet());
                inside.decrementAndGet();
                place.leave();
              }
            }
            return most;
          });
    }
    try (ExecutorService threads = Executors.newFixedThreadPool(loops.size())) {
      for (Future<Integer> most : threads.invokeAll(loops)) {
        assertThat(most.get()).isBetween(0, 3);
      }
    }
    assertThat(associations.size()).isZero();
  }
}
