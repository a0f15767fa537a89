package dev.argyle.wire.socks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Arbitrarily;
import dev.argyle.wire.ReaderContract;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/**
 * read(write(m)) = m, wherever it is cut and whatever follows; and no octets make a reader fail.
 */
@Tag("property")
class MessagePropertiesTest {

  private static final ReaderContract<Greeting, MethodChoice> GREETING =
      new ReaderContract<>(Greeting::read);
  private static final ReaderContract<MethodChoice, Void> CHOICE =
      new ReaderContract<>(MethodChoice::read);
  private static final ReaderContract<Credentials, CredentialsReply> CREDENTIALS =
      new ReaderContract<>(Credentials::read);
  private static final ReaderContract<CredentialsReply, Void> CREDENTIALS_REPLY =
      new ReaderContract<>(CredentialsReply::read);
  private static final ReaderContract<Request, Reply> REQUEST = new ReaderContract<>(Request::read);
  private static final ReaderContract<Reply, Void> REPLY = new ReaderContract<>(Reply::read);
  private static final ReaderContract<UdpHeader, Void> HEADER =
      new ReaderContract<>(UdpHeader::read);

  @Property(tries = 50)
  void greeting(@ForAll("greetings") Greeting message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    GREETING.holdsFor(message, message.octets(), trailing);
  }

  @Property
  void methodChoice(@ForAll MethodChoice message, @ForAll byte[] trailing) {
    CHOICE.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 200)
  void credentials(@ForAll("credentials") Credentials message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    CREDENTIALS.holdsFor(message, message.octets(), trailing);
  }

  @Property
  void credentialsReply(@ForAll CredentialsReply message, @ForAll byte[] trailing) {
    CREDENTIALS_REPLY.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 300)
  void request(@ForAll("requests") Request message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    REQUEST.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 300)
  void reply(@ForAll("replies") Reply message, @ForAll byte[] trailing) {
    assertThat(message.octets()).hasSize(message.length());
    REPLY.holdsFor(message, message.octets(), trailing);
  }

  @Property(tries = 300)
  void udpHeader(@ForAll("headers") UdpHeader message, @ForAll byte[] payload) {
    assertThat(message.octets()).hasSize(message.length());
    HEADER.holdsForDatagram(message, message.octets(), payload);
  }

  @Property(tries = 1000)
  void anyOctetsDecodeOrWantMoreOrAreATypedError(@ForAll("octets") byte[] octets) {
    GREETING.holdsForAnything(octets);
    CHOICE.holdsForAnything(octets);
    CREDENTIALS.holdsForAnything(octets);
    CREDENTIALS_REPLY.holdsForAnything(octets);
    REQUEST.holdsForAnything(octets);
    REPLY.holdsForAnything(octets);
    HEADER.holdsForAnyDatagram(octets);
  }

  @Provide
  Arbitrary<Greeting> greetings() {
    return SocksMessages.greetings();
  }

  @Provide
  Arbitrary<Credentials> credentials() {
    return SocksMessages.credentials();
  }

  @Provide
  Arbitrary<Request> requests() {
    return SocksMessages.requests();
  }

  @Provide
  Arbitrary<Reply> replies() {
    return SocksMessages.replies();
  }

  @Provide
  Arbitrary<UdpHeader> headers() {
    return SocksMessages.headers();
  }

  @Provide
  Arbitrary<byte[]> octets() {
    return Arbitraries.oneOf(
        Arbitrarily.likelyOctets(30),
        Arbitrarily.octets(0, 60),
        Arbitrarily.damaged(SocksMessages.greetings()),
        Arbitrarily.damaged(SocksMessages.credentials()),
        Arbitrarily.damaged(SocksMessages.requests()),
        Arbitrarily.damaged(SocksMessages.replies()),
        Arbitrarily.damaged(SocksMessages.headers()));
  }
}
