package dev.argyle.server.session.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Socks;
import dev.argyle.server.telemetry.ConnectionTable;
import dev.argyle.server.telemetry.LiveConnection;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class AssociationsTest {

  private final Associations associations = new Associations();

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
}
