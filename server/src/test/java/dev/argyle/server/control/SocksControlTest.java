package dev.argyle.server.control;

import static dev.argyle.server.control.ManagedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.socks.Method;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What doors can set, and the SOCKS side up and down. */
@Tag("unit")
class SocksControlTest extends ManagedServerCase {

  @ParameterizedTest
  @CsvSource({"0,true", "86400,true", "86401,false", "4294967295,false"})
  void idleTimeoutIsUpToADay(long seconds, boolean taken) {
    long before = control.settings(ADMINISTRATOR).idleSeconds();
    assertThat(control.setIdleTimeout(ADMINISTRATOR, seconds) instanceof Result.Done)
        .isEqualTo(taken);
    assertThat(control.settings(ADMINISTRATOR).idleSeconds()).isEqualTo(taken ? seconds : before);
  }

  @ParameterizedTest
  @CsvSource({"9,false", "10,true", "60000,true", "60001,false"})
  void selectorTimeoutHasItsRange(long millis, boolean taken) {
    assertThat(control.setSelectorTimeout(ADMINISTRATOR, millis) instanceof Result.Done)
        .isEqualTo(taken);
    assertThat(control.settings(ADMINISTRATOR).selectorMillis()).isEqualTo(taken ? millis : 1000);
    assertThat(server.driver.told.contains("sweepEvery " + millis)).isEqualTo(taken);
  }

  @ParameterizedTest
  @CsvSource({"4095,false", "4096,true", "1048576,true", "1048577,false", "4294967295,false"})
  void bufferSizeHasItsRange(long octets, boolean taken) {
    assertThat(control.setBufferSize(ADMINISTRATOR, octets) instanceof Result.Done)
        .isEqualTo(taken);
    assertThat(control.settings(ADMINISTRATOR).bufferOctets())
        .isEqualTo(taken ? (int) octets : 65536);
  }

  @Test
  void stoppedSideListensAgainWhereItDid() {
    InetSocketAddress before = control.listening(ADMINISTRATOR).getFirst();
    control.stop(ADMINISTRATOR);
    assertThat(control.listening(ADMINISTRATOR)).isEmpty();
    assertThat(server.driver.told).contains("stopListening", "endAll DRAINED");
    control.start(ADMINISTRATOR);
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(List.of(before));
    control.reset(ADMINISTRATOR);
    assertThat(control.listening(ADMINISTRATOR)).isEqualTo(List.of(before));
  }

  @Test
  void drainedSideAcceptsNobodyEndsNobodyAndListensAgain() {
    InetSocketAddress before = control.listening(ADMINISTRATOR).getFirst();
    assertThat(control.draining(ADMINISTRATOR)).isFalse();
    assertThat(control.drain(ADMINISTRATOR)).isEqualTo(new Result.Done());
    assertThat(control.draining(ADMINISTRATOR)).isTrue();
    assertThat(control.listening(ADMINISTRATOR)).isEmpty();
    assertThat(server.driver.told).contains("stopListening").doesNotContain("endAll DRAINED");
    control.drain(ADMINISTRATOR);
    assertThat(control.draining(ADMINISTRATOR)).as("twice is once").isTrue();
    control.start(ADMINISTRATOR);
    assertThat(control.draining(ADMINISTRATOR)).isFalse();
    assertThat(control.listening(ADMINISTRATOR)).containsExactly(before);
    control.drain(ADMINISTRATOR);
    control.stop(ADMINISTRATOR);
    assertThat(control.draining(ADMINISTRATOR)).as("stopped").isFalse();
    control.drain(ADMINISTRATOR);
    assertThat(control.draining(ADMINISTRATOR)).as("nobody is there to go on").isFalse();
  }

  @Test
  void configuredSettingsAreToldBesideThoseThatADoorHasSet() {
    Settings configured = control.settings(ADMINISTRATOR);
    control.setIdleTimeout(ADMINISTRATOR, 5);
    control.setSelectorTimeout(ADMINISTRATOR, 50);
    control.setBufferSize(ADMINISTRATOR, 8192);
    control.switchAuthentication(ADMINISTRATOR, true);
    control.switchDissectors(ADMINISTRATOR, true);
    assertThat(control.settings(ADMINISTRATOR)).isEqualTo(new Settings(5, 50, 8192, true, true));
    assertThat(control.configuredSettings(ADMINISTRATOR)).isEqualTo(configured);
    control.reset(ADMINISTRATOR);
    assertThat(control.settings(ADMINISTRATOR)).isEqualTo(configured);
  }

  @Test
  void startingTwiceAndStoppingTwiceAreDone() {
    assertThat(control.start(ADMINISTRATOR)).isEqualTo(new Result.Done());
    control.stop(ADMINISTRATOR);
    assertThat(control.stop(ADMINISTRATOR)).isEqualTo(new Result.Done());
  }

  @Test
  void resetPutsTheFilesSettingsIntoForceAgain() {
    control.setIdleTimeout(ADMINISTRATOR, 5);
    control.switchAuthentication(ADMINISTRATOR, true);
    control.switchDissectors(ADMINISTRATOR, true);
    Settings before = control.settings(ADMINISTRATOR);
    control.reset(ADMINISTRATOR);
    assertThat(before).isEqualTo(new Settings(5, 1000, 65536, true, true));
    assertThat(control.settings(ADMINISTRATOR))
        .as("[password, none] asks nobody who does not want it")
        .isEqualTo(new Settings(3600, 1000, 65536, false, false));
  }

  @Test
  void authenticationOffAddsTheMethodThatAsksForNothingAndOnTakesItAway() {
    control.switchAuthentication(ADMINISTRATOR, true);
    assertThat(server.services.policy().methods()).containsExactly(Method.PASSWORD);
    assertThat(control.settings(ADMINISTRATOR).authentication()).isTrue();
    control.switchAuthentication(ADMINISTRATOR, false);
    assertThat(server.services.policy().methods()).containsExactly(Method.PASSWORD, Method.NONE);
    assertThat(control.settings(ADMINISTRATOR).authentication()).isFalse();
  }

  @Test
  void idleTimeoutBelowASecondIsNotShownAsNever() {
    server.relay.idleTimeout(Duration.ofMillis(1));
    assertThat(control.settings(ADMINISTRATOR).idleSeconds()).isEqualTo(1);
    server.relay.idleTimeout(Duration.ZERO);
    assertThat(control.settings(ADMINISTRATOR).idleSeconds()).isEqualTo(0);
  }
}
