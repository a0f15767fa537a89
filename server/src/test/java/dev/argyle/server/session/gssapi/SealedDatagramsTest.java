package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.udp.DatagramSeal;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import dev.argyle.wire.gssapi.Protection;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Datagrams in a loop's memory, with keys of a real KDC. */
@Tag("unit")
class SealedDatagramsTest {

  private static final int AT = 100;

  private final ByteBuffer memory = ByteBuffer.allocate(70_000);
  private final Initiator client = Initiator.of("ana");
  private final SealedDatagrams datagrams = new SealedDatagrams(seal());

  SealedDatagramsTest() throws Exception {}

  private Seal seal() throws Exception {
    Negotiation negotiation = Initiator.service(false, Protection.CONFIDENTIALITY).negotiation();
    if (negotiation.next(client.begin()) instanceof Negotiation.Step.Continue(Token answer)) {
      client.take(answer);
    }
    if (negotiation.next(client.level(2)) instanceof Negotiation.Step.Agreed agreed) {
      return Objects.requireNonNull(agreed.seal());
    }
    throw new AssertionError("no level");
  }

  private int comes(byte[] datagram) {
    memory.put(AT, datagram);
    return datagrams.unwrap(memory, AT, datagram.length);
  }

  private byte[] held(int octets) {
    byte[] held = new byte[octets];
    memory.get(AT, held);
    return held;
  }

  @Test
  void whatTheClientWrappedIsUnwrappedInItsPlaceOnce() throws Exception {
    byte[] plain = {0, 0, 0, 1, 127, 0, 0, 1, 0, 53, 42};
    byte[] frame = client.data(plain).octets();
    assertThat(comes(frame)).isEqualTo(plain.length);
    assertThat(held(plain.length)).isEqualTo(plain);
    assertThat(comes(frame)).isEqualTo(DatagramSeal.NOTHING);
  }

  @Test
  void whatIsNoFrameOrWasChangedIsNothing() throws Exception {
    byte[] frame = client.data(new byte[20]).octets();
    for (int length = 0; length < frame.length; length++) {
      assertThat(comes(Arrays.copyOf(frame, length))).isEqualTo(DatagramSeal.NOTHING);
    }
    for (int at = 0; at < frame.length; at++) {
      byte[] changed = frame.clone();
      changed[at] ^= 2;
      boolean rotation = at == 10 || at == 11; // which is not protected, and changes nothing
      assertThat(rotation || comes(changed) == DatagramSeal.NOTHING).as("octet %d", at).isTrue();
    }
    assertThat(comes(frame)).isEqualTo(20);
  }

  @Test
  void whatGoesToTheClientIsAFrameUpToItsBound() throws Exception {
    for (int length : new int[] {10, 1400, 65_475}) {
      int octets = datagrams.wrap(memory, AT, length);
      assertThat(octets).isEqualTo(length + 64);
      byte[] frame = held(octets);
      assertThat(client.unwrap(Arrays.copyOfRange(frame, 4, octets))).hasSize(length);
    }
    assertThat(datagrams.wrap(memory, AT, 65_476)).isEqualTo(DatagramSeal.NOTHING);
  }
}
