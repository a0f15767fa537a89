package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.PortUnreachableException;
import java.net.SocketException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NioErrnoTest {

  @Test
  void exceptionsAreToldApartByTheirWords() {
    assertThat(NioErrno.of(new ConnectException("Connection refused")))
        .isEqualTo(Errno.ECONNREFUSED);
    assertThat(NioErrno.of(new ConnectException("Connection timed out")))
        .isEqualTo(Errno.ETIMEDOUT);
    assertThat(NioErrno.of(new SocketException("Network is unreachable")))
        .isEqualTo(Errno.ENETUNREACH);
    assertThat(NioErrno.of(new NoRouteToHostException("No route to host")))
        .isEqualTo(Errno.EHOSTUNREACH);
    assertThat(NioErrno.of(new IOException("Too many open files"))).isEqualTo(Errno.EMFILE);
    assertThat(NioErrno.of(new BindException("Address already in use")))
        .isEqualTo(Errno.EADDRINUSE);
    assertThat(NioErrno.of(new BindException("Cannot assign requested address")))
        .isEqualTo(Errno.EADDRNOTAVAIL);
    assertThat(NioErrno.of(new SocketException("Connection reset by peer")))
        .isEqualTo(Errno.ECONNRESET);
    assertThat(NioErrno.of(new IOException("Message too long"))).isEqualTo(Errno.EMSGSIZE);
  }

  @Test
  void anExceptionWithoutKnownWordsIsAnErrorOfInputOrOutput() {
    assertThat(NioErrno.of(new PortUnreachableException())).isEqualTo(Errno.ECONNREFUSED);
    assertThat(NioErrno.of(new IOException())).isEqualTo(Errno.EIO);
    assertThat(NioErrno.of(new IOException("?"))).isEqualTo(Errno.EIO);
  }
}
