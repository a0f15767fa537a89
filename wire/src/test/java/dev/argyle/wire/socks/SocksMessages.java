package dev.argyle.wire.socks;

import dev.argyle.wire.Arbitrarily;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Messages as properties draw them. */
final class SocksMessages {

  private SocksMessages() {}

  static Arbitrary<Greeting> greetings() {
    return Arbitraries.of(Method.class).set().ofMinSize(1).map(Greeting::new);
  }

  static Arbitrary<Credentials> credentials() {
    return Combinators.combine(Arbitrarily.octets(1, 255), Arbitrarily.octets(1, 255))
        .as(Credentials::new);
  }

  static Arbitrary<Request> requests() {
    return Arbitrarily.destinations()
        .flatMap(
            destination ->
                Arbitraries.of(
                    List.of(
                        new Request.Connect(destination),
                        new Request.Bind(destination),
                        new Request.UdpAssociate(destination))));
  }

  static Arbitrary<Reply> replies() {
    return Combinators.combine(Arbitraries.of(ReplyCode.class), Arbitrarily.destinations())
        .as(Reply::new);
  }

  static Arbitrary<UdpHeader> headers() {
    return Combinators.combine(Arbitraries.integers().between(0, 0xFF), Arbitrarily.destinations())
        .as(UdpHeader::new);
  }
}
