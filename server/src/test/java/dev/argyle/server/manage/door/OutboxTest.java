package dev.argyle.server.manage.door;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.wire.Source;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundHandlerAdapter;
import io.netty.channel.ChannelPromise;
import io.netty.channel.embedded.EmbeddedChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How an answer is sent, on a channel that takes pieces when we say so and a clock that we move.
 */
@Tag("unit")
class OutboxTest {

  /** A system that takes a piece when it is told to. */
  private final class Holding extends ChannelOutboundHandlerAdapter {
    @Override
    public void write(ChannelHandlerContext context, Object message, ChannelPromise promise) {
      pieces.add(ByteBufUtil.getBytes((ByteBuf) message));
      ((ByteBuf) message).release();
      if (holds) {
        waiting.add(promise);
      } else {
        promise.setSuccess();
      }
    }
  }

  private final List<byte[]> pieces = new ArrayList<>();
  private final Deque<ChannelPromise> waiting = new ArrayDeque<>();
  private static final Source SOURCE = Source.of(InetAddress.ofLiteral("192.0.2.1"));
  private static final Source OTHER = Source.of(InetAddress.ofLiteral("192.0.2.2"));

  private final AnswerBudget budget = new AnswerBudget();
  private final EmbeddedChannel channel = new EmbeddedChannel(new Holding());
  private boolean holds = true;
  private int taken;
  private Outbox outbox;

  @BeforeEach
  void open() {
    channel.freezeTime();
    ChannelHandlerContext context = channel.pipeline().lastContext();
    channel.pipeline().addLast(new ChannelOutboundHandlerAdapter());
    context = channel.pipeline().lastContext();
    outbox = new Outbox(context, octets -> octets, budget, SOURCE);
  }

  private static byte[] answer(int length) {
    byte[] octets = new byte[length];
    for (int i = 0; i < length; i++) {
      octets[i] = (byte) (i % 251);
    }
    return octets;
  }

  private boolean send(int length, int pieceOctets) {
    return outbox.send(answer(length), pieceOctets, () -> taken++);
  }

  private void take() {
    waiting.remove().setSuccess();
    channel.runPendingTasks();
  }

  private List<Integer> lengths() {
    return pieces.stream().map(piece -> piece.length).toList();
  }

  @Test
  void answerOfOnePieceIsOneWrite() {
    assertThat(send(100, 100)).isTrue();
    assertThat(outbox.isSending()).isTrue();
    take();
    assertThat(taken).isEqualTo(1);
    assertThat(outbox.isSending()).isFalse();
    assertThat(pieces).containsExactly(answer(100));
  }

  @Test
  void pieceIsWrittenWhenTheOneBeforeWasTaken() {
    send(201, 100);
    assertThat(lengths()).containsExactly(100);
    take();
    assertThat(lengths()).containsExactly(100, 100);
    take();
    assertThat(taken).isZero();
    take();
    assertThat(lengths()).containsExactly(100, 100, 1);
    assertThat(taken).isEqualTo(1);
  }

  @Test
  void whatIsTakenAtOnceNeedsNoWaiting() {
    holds = false;
    send(100_000, 100);
    assertThat(taken).isEqualTo(1);
    assertThat(pieces).hasSize(1_000);
  }

  @Test
  void clientHasThirtySecondsForAPieceAndThenItIsClosed() {
    send(200, 100);
    channel.advanceTimeBy(29_999, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    take();
    channel.advanceTimeBy(29_999, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isTrue();
    channel.advanceTimeBy(1, TimeUnit.MILLISECONDS);
    channel.runScheduledPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(taken).isZero();
  }

  @Test
  void writeThatFailsClosesTheConnection() {
    send(200, 100);
    waiting.remove().setFailure(new IOException("for the test"));
    channel.runPendingTasks();
    assertThat(channel.isOpen()).isFalse();
    assertThat(pieces).hasSize(1);
  }

  @Test
  void longAnswersAreHeldUntilTheyAreTakenOrTheConnectionIsGone() {
    int length = AnswerBudget.LONG_OCTETS + 1;
    send(length, length);
    assertThat(budget.heldOctets()).isEqualTo(length);
    take();
    assertThat(budget.heldOctets()).isZero();

    send(length, length);
    outbox.drop();
    assertThat(budget.heldOctets()).isZero();
    take();
    assertThat(taken).as("nobody waits for it any more").isEqualTo(1);

    send(AnswerBudget.LONG_OCTETS, AnswerBudget.LONG_OCTETS);
    assertThat(budget.heldOctets()).as("not long").isZero();
  }

  @Test
  void longAnswerToAClientThatHasLeftHoldsNothing() {
    EmbeddedChannel gone = new EmbeddedChannel(new ChannelOutboundHandlerAdapter());
    Outbox late = new Outbox(gone.pipeline().lastContext(), octets -> octets, budget, SOURCE);
    gone.close();
    late.send(answer(AnswerBudget.LONG_OCTETS + 1), 1 << 20, () -> taken++);
    assertThat(budget.heldOctets()).isZero();
    assertThat(late.isSending()).isFalse();
    assertThat(taken).isZero();
  }

  @Test
  void beyondTheBoundNoLongAnswerIsTakenOn() {
    int length = AnswerBudget.LONG_OCTETS + 1;
    assertThat(budget.hold(OTHER, AnswerBudget.MAX_OCTETS - length + 1)).isTrue();
    assertThat(send(length, length)).isFalse();
    assertThat(outbox.isSending()).isFalse();
    assertThat(send(AnswerBudget.LONG_OCTETS, 1 << 20)).as("a short one").isTrue();
    take();
    budget.release(OTHER, AnswerBudget.MAX_OCTETS - length + 1);
    budget.hold(OTHER, AnswerBudget.MAX_OCTETS - length);
    assertThat(send(length, length)).isTrue();
    assertThat(budget.heldOctets()).isEqualTo(AnswerBudget.MAX_OCTETS);
  }
}
