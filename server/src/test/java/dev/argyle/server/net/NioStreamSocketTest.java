package dev.argyle.server.net;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.argyle.server.telemetry.Counters;
import dev.argyle.wire.Source;
import io.netty.channel.IoEventLoop;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A socket of NIO and its peer, which is the test's. */
@Timeout(30)
@Tag("play")
class NioStreamSocketTest {

  private static final int AT = 1000;

  private final LoopTurns.Loops loops =
      new LoopTurns.Loops(1, new DefaultThreadFactory("nio"), NioIoHandler.newFactory());
  private final IoEventLoop loop = loops.group().next();
  private final NioSocketLoop sockets =
      new NioSocketLoop(loop, loops.turns(loop), new Counters().forLoop());
  private final ServerSocket listener = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
  private final Events events = new Events();
  private @Nullable StreamSocket connected;
  private Socket peer = new Socket();

  NioStreamSocketTest() throws IOException {}

  /** Counts the events. */
  private static final class Events implements SocketEvents {
    final AtomicInteger count = new AtomicInteger();
    volatile @Nullable Throwable bug;
    volatile Runnable whenReady = () -> {};

    @Override
    public void ready() {
      count.incrementAndGet();
      whenReady.run();
    }

    @Override
    public void onBug(Throwable thrown) {
      bug = thrown;
    }
  }

  @BeforeEach
  void open() throws Exception {
    CompletableFuture<StreamSocket> made =
        connect((InetSocketAddress) listener.getLocalSocketAddress(), null);
    peer = listener.accept();
    peer.setSoTimeout(10_000);
    StreamSocket socket = made.get(10, TimeUnit.SECONDS);
    connected = socket;
    on(
        () -> {
          socket.handOver(events);
          return true;
        });
  }

  @AfterEach
  void close() throws IOException {
    peer.close();
    listener.close();
    loops.group().shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private CompletableFuture<StreamSocket> connect(
      InetSocketAddress to, @Nullable InetAddress source) {
    CompletableFuture<StreamSocket> made = new CompletableFuture<>();
    loop.execute(
        () ->
            sockets.connect(
                to,
                source == null ? null : Binding.to(source),
                new Connector.Outcome() {
                  @Override
                  public void connected(StreamSocket socket) {
                    made.complete(socket);
                  }

                  @Override
                  public Source source() {
                    return Source.of(InetAddress.getLoopbackAddress());
                  }

                  @Override
                  public void failed(int errno) {
                    made.completeExceptionally(new IOException("errno " + errno));
                  }

                  @Override
                  public void onBug(Throwable bug) {
                    made.completeExceptionally(bug);
                  }
                }));
    return made;
  }

  private StreamSocket socket() {
    return Objects.requireNonNull(connected);
  }

  private <T> T on(Callable<T> call) throws Exception {
    return loop.submit(call).get(10, TimeUnit.SECONDS);
  }

  private int peek(int length) throws Exception {
    return on(() -> socket().peek(AT, length));
  }

  private int receive(int length) throws Exception {
    return on(() -> socket().receive(AT, length));
  }

  private int send(int length) throws Exception {
    return on(() -> socket().send(AT, length));
  }

  /** Octets of the loop's buffer. */
  private String held(int octets) throws Exception {
    byte[] held = new byte[octets];
    on(() -> sockets.buffer().clear().get(AT, held));
    return new String(held, ISO_8859_1);
  }

  private void sends(String text) throws Exception {
    int before = events.count.get();
    peer.getOutputStream().write(text.getBytes(ISO_8859_1));
    event(before);
  }

  private void event(int before) {
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> events.count.get() > before);
  }

  @Test
  void octetsThatWerePeekedAtComeFirstAndOnce() throws Exception {
    sends("abc");
    assertThat(peek(2)).isEqualTo(2);
    assertThat(held(2)).isEqualTo("ab");
    assertThat(peek(10)).isEqualTo(3);
    assertThat(held(3)).isEqualTo("abc");
    assertThat(peek(10)).as("nothing more has come").isEqualTo(3);
    assertThat(on(() -> socket().mayRead())).isTrue();
    sends("de");
    assertThat(receive(1)).isEqualTo(1);
    assertThat(held(1)).isEqualTo("a");
    assertThat(receive(10)).isEqualTo(2);
    assertThat(held(2)).isEqualTo("bc");
    assertThat(receive(10)).isEqualTo(2);
    assertThat(held(2)).isEqualTo("de");
    assertThat(receive(10)).isEqualTo(-Errno.EAGAIN);
    assertThat(on(() -> socket().mayRead())).isFalse();
  }

  @Test
  void theEndComesBehindWhatWasPeekedAtAndIsToldToWhoeverAsksAgain() throws Exception {
    sends("ab");
    peer.shutdownOutput();
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(this::endIsPeekedAt);
    assertThat(peek(1)).isEqualTo(1);
    assertThat(receive(10)).isEqualTo(2);
    assertThat(peek(10)).isZero();
    assertThat(receive(10)).isZero();
    assertThat(receive(10)).isZero();
    assertThat(on(() -> socket().mayRead())).isTrue();
    assertThat(send(1)).as("the other direction").isEqualTo(1);
  }

  private boolean endIsPeekedAt() throws Exception {
    assertThat(peek(10)).isEqualTo(2);
    return on(() -> socket().inputEnded());
  }

  @Test
  void inputThatNobodyReadsIsToldTwiceAndAgainWhenMoreComesAfterItWasRead() throws Exception {
    peer.getOutputStream().write(new byte[10]);
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> events.count.get() == 2);
    peer.getOutputStream().write(new byte[10]);
    Thread.sleep(50); // a selector that was still asked would tell thousands of times
    assertThat(events.count).hasValue(2);
    Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> receive(100) == -Errno.EAGAIN);
    assertThat(on(() -> socket().mayRead())).isFalse();
    sends("x");
    assertThat(on(() -> socket().mayRead())).isTrue();
    assertThat(receive(100)).isEqualTo(1);
  }

  @Test
  void aFullSendBufferIsToldAndThatItHasRoomAgain() throws Exception {
    assertThat(on(() -> socket().mayWrite())).isTrue();
    int sent = 0;
    for (int gone = send(60_000); gone > 0; gone = send(60_000)) {
      sent += gone;
    }
    assertThat(send(1)).isEqualTo(-Errno.EAGAIN);
    assertThat(on(() -> socket().mayWrite())).isFalse();
    int before = events.count.get();
    assertThat(peer.getInputStream().readNBytes(sent)).hasSize(sent);
    event(before);
    assertThat(on(() -> socket().mayWrite())).isTrue();
    Thread.sleep(50);
    assertThat(events.count.get() - before).as("it is told once").isLessThan(3);
    assertThat(send(1)).isEqualTo(1);
  }

  @Test
  void errorsOfAConnectionAreErrnos() throws Exception {
    int before = events.count.get();
    peer.setSoLinger(true, 0);
    peer.close();
    event(before);
    assertThat(receive(10)).isEqualTo(-Errno.ECONNRESET);
    assertThat(send(10)).isIn(-Errno.EPIPE, -Errno.ECONNRESET);
  }

  @Test
  void errorsOfAConnectAreErrnos() throws Exception {
    InetSocketAddress at = (InetSocketAddress) listener.getLocalSocketAddress();
    assertThatThrownBy(() -> connect(at, InetAddress.ofLiteral("192.0.2.1")).get())
        .hasRootCauseMessage("errno " + Errno.EADDRNOTAVAIL);
    listener.close();
    assertThatThrownBy(() -> connect(at, null).get())
        .hasRootCauseMessage("errno " + Errno.ECONNREFUSED);
  }

  @ParameterizedTest
  @CsvSource({
    "Connection refused, 111",
    "Connection timed out, 110",
    "No route to host, 113",
    "Host is unreachable, 113",
    "Network is unreachable, 101",
    "Address family not supported by protocol, 97",
    "Protocol family not supported, 97",
    "Address already in use, 98",
    "Cannot assign requested address, 99",
    "Too many open files, 24",
    "Too many open files in system, 24",
    "Permission denied, 13",
    "Connection reset by peer, 104",
    "Broken pipe, 32",
    "something that no system says, 5"
  })
  void exceptionsOfNioAreToldByTheirWords(String words, int errno) {
    assertThat(NioErrno.of(new IOException(words))).isEqualTo(errno);
    assertThat(NioErrno.of(new IOException())).isEqualTo(Errno.EIO);
  }

  @Test
  void theEndOfOutputReachesThePeerWhoMayStillSend() throws Exception {
    on(
        () -> {
          socket().endOutput();
          return true;
        });
    assertThat(peer.getInputStream().read()).isEqualTo(-1);
    sends("late");
    assertThat(receive(10)).isEqualTo(4);
  }

  @Test
  void itIsClosedByAResetIfThatIsWanted() throws Exception {
    on(
        () -> {
          socket().resetOnClose();
          socket().close();
          socket().close();
          return true;
        });
    assertThatThrownBy(() -> peer.getInputStream().read())
        .isInstanceOf(IOException.class)
        .hasMessageContaining("reset");
    assertThat(receive(1)).isNegative();
    assertThat(send(1)).isNegative();
    assertThat(on(() -> socket().localAddress().getPort())).isZero();
  }

  @Test
  void noEventFollowsAClose() throws Exception {
    int before =
        on(
            () -> {
              peer.getOutputStream().write(new byte[10]);
              socket().close();
              return events.count.get();
            });
    on(() -> true);
    on(() -> true);
    assertThat(events.count).hasValue(before);
  }

  @Test
  void whatItsOwnerThrowsIsToldToTheOwner() throws Exception {
    IllegalStateException bug = new IllegalStateException("a bug");
    events.whenReady =
        () -> {
          throw bug;
        };
    sends("x");
    on(() -> true);
    assertThat(events.bug).isSameAs(bug);
  }
}
