package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketException;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DialFailureTest {

  @ParameterizedTest(name = "errno {0} is {1}, REP {2}")
  @CsvSource({
    "111, REFUSED, 5",
    "113, HOST_UNREACHABLE, 4",
    "112, HOST_UNREACHABLE, 4",
    "101, NETWORK_UNREACHABLE, 3",
    "100, NETWORK_UNREACHABLE, 3",
    "97, NETWORK_UNREACHABLE, 3",
    "110, TIMED_OUT, 4",
    "24, NO_RESOURCES, 1",
    "23, NO_RESOURCES, 1",
    "99, NO_RESOURCES, 1",
    "1, GENERAL, 1",
    "13, GENERAL, 1",
    "104, GENERAL, 1",
    "-1, GENERAL, 1"
  })
  void everyErrnoHasItsReply(int errno, DialFailure failure, int reply) {
    assertThat(DialFailure.ofErrno(errno)).isEqualTo(failure);
    assertThat(failure.reply()).isEqualTo(reply);
  }

  @Test
  void theRestOfTheTableOfReplies() {
    assertThat(DialFailure.DENIED.reply()).isEqualTo(2);
    assertThat(DialFailure.NAME_NOT_FOUND.reply()).isEqualTo(4);
    assertThat(DialFailure.NAME_SERVER_FAILED.reply()).isEqualTo(4);
    assertThat(DialFailure.TTL_EXPIRED.reply()).isEqualTo(6);
  }

  @Test
  void everyFailureHasAWordOfItsOwn() {
    assertThat(Arrays.stream(DialFailure.values()).map(DialFailure::word))
        .doesNotHaveDuplicates()
        .allMatch(word -> word.matches("[a-z-]+"));
  }

  @Test
  void exceptionsAreToldApartWhereTheErrnoIsNotKnown() {
    assertThat(DialFailure.of(new ConnectException("Connection refused")))
        .isEqualTo(DialFailure.REFUSED);
    assertThat(DialFailure.of(new ConnectException("connection timed out after 3 ms: /x")))
        .isEqualTo(DialFailure.TIMED_OUT);
    assertThat(DialFailure.of(new SocketException("Network is unreachable")))
        .isEqualTo(DialFailure.NETWORK_UNREACHABLE);
    assertThat(DialFailure.of(new NoRouteToHostException("No route to host")))
        .isEqualTo(DialFailure.HOST_UNREACHABLE);
    assertThat(DialFailure.of(new java.io.IOException("Too many open files")))
        .isEqualTo(DialFailure.NO_RESOURCES);
    assertThat(DialFailure.of(new RuntimeException())).isEqualTo(DialFailure.GENERAL);
  }
}
