package dev.argyle.client;

import static dev.argyle.client.ScriptedServer.octets;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.wire.gssapi.GssapiFrame;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that are changed, cut, missing, repeated or of another kind: each is noticed. */
@Timeout(60)
@Tag("play")
class GssapiFramesTest extends GssapiCase {

  /** What a reader of the tunnel gets to see; afterwards the socket is closed. */
  private static void expectBroken(String words, Breaking breaking) throws Exception {
    try (var server =
            ScriptedServer.playing(
                client -> {
                  Acceptor acceptor = Acceptor.connected(client, 2);
                  acceptor.write(octets("01"));
                  breaking.send(acceptor, client);
                });
        SocksSocket tunnel = tunnel(server, ana())) {
      InputStream in = tunnel.getInputStream();
      assertThat(in.read()).isEqualTo(1);
      assertThatThrownBy(in::read).isInstanceOf(SocksException.class).hasMessageContaining(words);
      assertThatThrownBy(in::read).isInstanceOf(IOException.class);
      assertThat(tunnel.isClosed()).isTrue();
      server.finished();
    }
  }

  @Test
  void frameThatWasChangedIsNoticedAndTheServerTold() throws Exception {
    expectBroken(
        "changed",
        (acceptor, client) -> {
          GssapiFrame.Token frame = acceptor.sealed(octets("02"));
          frame.value()[frame.value().length - 1] ^= 1;
          acceptor.send(frame);
          client.expect("01 FF");
        });
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 15, 16, 40})
  void frameThatWasCutIsNoticed(int octets) throws Exception {
    expectBroken(
        "changed",
        (acceptor, _) -> {
          byte[] cut = Arrays.copyOf(acceptor.sealed(new byte[8]).value(), octets);
          acceptor.send(new GssapiFrame.Token(GssapiFrame.Purpose.DATA, cut));
        });
  }

  @Test
  void frameThatComesTwiceIsNoticed() throws Exception {
    expectBroken(
        "a repeated frame",
        (acceptor, _) -> {
          GssapiFrame frame = acceptor.sealed(new byte[0]);
          acceptor.send(frame);
          acceptor.send(frame);
        });
  }

  @Test
  void frameWithNothingInItIsNoEnd() throws Exception {
    expectBroken(
        "aborted",
        (acceptor, client) -> {
          acceptor.write(new byte[0]);
          client.send("01 FF");
        });
  }

  /** The number in the clear is changed, so that the frame looks like the next one. */
  @Test
  void frameThatComesTwiceUnderAnotherNumberIsNoticed() throws Exception {
    expectBroken(
        "header was changed",
        (acceptor, _) -> {
          GssapiFrame.Token frame = acceptor.sealed(new byte[0]);
          acceptor.send(frame);
          frame.value()[15]++;
          acceptor.send(frame);
        });
  }

  @Test
  void frameThatIsMissingIsNoticed() throws Exception {
    expectBroken(
        "missing",
        (acceptor, _) -> {
          acceptor.sealed(octets("02"));
          acceptor.write(octets("03"));
        });
  }

  @Test
  void frameThatIsNotEncryptedIsNoticed() throws Exception {
    expectBroken(
        "not encrypted", (acceptor, _) -> acceptor.send(acceptor.sealed(octets("02"), false)));
  }

  @Test
  void frameOfAnotherKindIsNoticed() throws Exception {
    expectBroken("due", (_, client) -> client.send("01 01 00 00"));
  }

  @Test
  void clearTextIsNoticed() throws Exception {
    expectBroken("VER", (_, client) -> client.send("48 54 54 50"));
  }

  @Test
  void endInTheMiddleOfAFrameIsNoticed() throws Exception {
    expectBroken("middle of a frame", (_, client) -> client.send("01 03 00 40 05 04"));
  }

  @Test
  void abortIsTold() throws Exception {
    expectBroken("aborted", (_, client) -> client.send("01 FF"));
  }

  @Test
  void timeoutWithinAFrameLosesNothing() throws Exception {
    Object goOn = new Object();
    boolean[] may = new boolean[1];
    try (var server =
            ScriptedServer.playing(
                client -> {
                  Acceptor acceptor = Acceptor.connected(client, 2);
                  byte[] frame = acceptor.sealed(octets("42")).octets();
                  client.socket().getOutputStream().write(frame, 0, 7);
                  synchronized (goOn) {
                    while (!may[0]) {
                      goOn.wait();
                    }
                  }
                  client.socket().getOutputStream().write(frame, 7, frame.length - 7);
                });
        SocksSocket tunnel = tunnel(server, ana())) {
      tunnel.setSoTimeout(100);
      assertThatThrownBy(tunnel.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);
      assertThat(tunnel.getInputStream().available()).isZero();
      synchronized (goOn) {
        may[0] = true;
        goOn.notifyAll();
      }
      tunnel.setSoTimeout((int) ScriptedServer.LONG.toMillis());
      assertThat(tunnel.getInputStream().read()).isEqualTo(0x42);
    }
  }
}
