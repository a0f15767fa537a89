package dev.argyle.wire.socks;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Decoded;
import java.nio.ByteBuffer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** Measuring a header without making an object is held against reading it. */
@Tag("property")
class UdpHeaderLengthTest {

  @Property(tries = 3000)
  void measuringFindsWhatReadingFinds(@ForAll("datagrams") byte[] datagram) {
    ByteBuffer in = ByteBuffer.allocate(datagram.length + 7).put(5, datagram);
    ByteBuffer view = in.slice(5, datagram.length);
    int expected = UdpHeader.read(view) instanceof Decoded.Message<?, ?> ? view.position() : 0;
    assertThat(UdpHeader.lengthIn(in, 5, datagram.length)).isEqualTo(expected);
  }

  @Provide
  Arbitrary<byte[]> datagrams() {
    Arbitrary<Byte> small = Arbitraries.bytes().between((byte) 0, (byte) 5);
    return small.array(byte[].class).ofMaxSize(30);
  }
}
