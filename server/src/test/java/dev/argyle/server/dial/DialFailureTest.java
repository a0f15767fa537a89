package dev.argyle.server.dial;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Errno;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.wire.socks.ReplyCode;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Tag("unit")
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
    assertThat(failure.reply().code()).isEqualTo(reply);
  }

  @ParameterizedTest
  @CsvSource({
    "DENIED, NOT_ALLOWED, REFUSED_BY_RULE",
    "NAME_NOT_FOUND, HOST_UNREACHABLE, NAME_NOT_RESOLVED",
    "NAME_SERVER_FAILED, HOST_UNREACHABLE, NAME_NOT_RESOLVED",
    "TTL_EXPIRED, TTL_EXPIRED, DIAL_FAILED",
    "TIMED_OUT, HOST_UNREACHABLE, DIAL_TIMEOUT",
    "NO_RESOURCES, GENERAL_FAILURE, OUT_OF_RESOURCES",
    "REFUSED, CONNECTION_REFUSED, DIAL_FAILED",
    "HOST_UNREACHABLE, HOST_UNREACHABLE, DIAL_FAILED",
    "NETWORK_UNREACHABLE, NETWORK_UNREACHABLE, DIAL_FAILED",
    "GENERAL, GENERAL_FAILURE, DIAL_FAILED"
  })
  void everyFailureHasItsReplyAndItsReason(DialFailure failure, ReplyCode reply, EndReason reason) {
    assertThat(failure.reply()).isEqualTo(reply);
    assertThat(failure.reason()).isEqualTo(reason);
  }

  @Test
  void everyFailureHasWordsOfItsOwn() {
    assertThat(Arrays.stream(DialFailure.values()).map(DialFailure::words))
        .doesNotHaveDuplicates()
        .allMatch(words -> words.matches("[a-zA-Z -]+"));
  }

  @Test
  void theLogIsToldWhatTheSystemSaid() {
    assertThat(Failure.ofErrno(Errno.ECONNREFUSED).ending())
        .isEqualTo(new Ending(EndReason.DIAL_FAILED, "connection refused"));
    assertThat(Failure.ofErrno(Errno.EMFILE).ending())
        .isEqualTo(new Ending(EndReason.OUT_OF_RESOURCES, "too many open files"));
    assertThat(Failure.ofErrno(77).detail()).isEqualTo("errno 77");
  }
}
