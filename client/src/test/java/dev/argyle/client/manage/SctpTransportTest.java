package dev.argyle.client.manage;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ProtocolException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SctpTransportTest {

  /** It was "null", or the name of a class. */
  @Test
  void whySctpIsMissingIsSaidInWords() {
    assertThat(SctpTransport.whyMissing(new NoClassDefFoundError("com/sun/nio/sctp/SctpChannel")))
        .isEqualTo("what Java needs for it could not be loaded");
    assertThat(SctpTransport.whyMissing(new UnsupportedOperationException()))
        .isEqualTo("this system does not offer it");
    assertThat(SctpTransport.whyMissing(new ProtocolException("Protocol not supported")))
        .isEqualTo("Protocol not supported");
  }
}
