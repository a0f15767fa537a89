package dev.argyle.server.manage.door;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SctpMissingTest {

  /** "SCTP is not available (null)", or the name of a class. */
  @Test
  void whySctpIsMissingIsSaidInWords() {
    String unloaded = "what Java needs for it could not be loaded";
    assertThat(DoorListener.whyMissing(new NoClassDefFoundError("com/sun/nio/sctp/Association")))
        .isEqualTo(unloaded);
    assertThat(
            DoorListener.whyMissing(
                new NoClassDefFoundError("Could not initialize class sun.nio.ch.sctp.SctpNet")))
        .isEqualTo(unloaded);
    assertThat(DoorListener.whyMissing(new ExceptionInInitializerError())).isEqualTo(unloaded);
    assertThat(DoorListener.whyMissing(new UnsupportedOperationException()))
        .isEqualTo("this system does not offer it");
    assertThat(DoorListener.whyMissing(new IOException("Protocol not supported")))
        .isEqualTo("Protocol not supported");
  }
}
