package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;
import dev.argyle.server.telemetry.Counter;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The stream of one connection. What is offered is counted by whoever offers it, and written by the
 * connection's loop, which alone touches the channel.
 */
final class ResponseStream implements EventStream {

  private static final Logger LOG = LoggerFactory.getLogger(ResponseStream.class);

  private final HttpServices services;
  private final ChannelHandlerContext context;
  private final boolean chunked;
  private final Runnable finished;
  private final Deadline deadline;
  private final AtomicInteger waiting = new AtomicInteger();
  private volatile boolean open = true;
  private @Nullable List<Runnable> ended = new ArrayList<>(); // under the monitor; null: has ended

  /**
   * @param chunked whether the client knows chunks
   * @param finished called on the loop when all has been written
   */
  ResponseStream(
      HttpServices services, ChannelHandlerContext context, boolean chunked, Runnable finished) {
    this.services = services;
    this.context = context;
    this.chunked = chunked;
    this.finished = finished;
    this.deadline = new Deadline(context.executor());
  }

  /** Writes the head, and lets the resource begin. On the loop. */
  void begin(Response.Streaming response, Answer answer) {
    context.writeAndFlush(Heads.of(response, chunked));
    onEnd(whileItMay(answer));
    Thread.ofVirtual()
        .name("http-stream")
        .start(
            () -> {
              try {
                response.begin().accept(this);
              } catch (RuntimeException | Error bug) {
                services.door().counters().increment(Counter.BUGS);
                LOG.error("http door: a stream failed; this is a bug in Argyle", bug);
                close();
              }
            });
  }

  /** Whose login is no longer valid sees nothing more; to be run when the stream ends. */
  private Runnable whileItMay(Answer answer) {
    Runnable close = () -> run(() -> context.close());
    Session session = answer.session();
    Actor actor = answer.actor();
    if (session != null) {
      ScheduledFuture<?> over =
          context
              .executor()
              .schedule(close, session.remainingNanos(System.nanoTime()), TimeUnit.NANOSECONDS);
      Runnable closed = session.open(close, System::nanoTime);
      return () -> {
        over.cancel(false);
        closed.run();
      };
    }
    return actor == null ? () -> {} : services.door().control().openSession(actor, close);
  }

  private boolean run(Runnable task) {
    try {
      context.executor().execute(task);
      return true;
    } catch (RejectedExecutionException stopped) {
      LOG.debug("the doors are closed, and their connections with them", stopped);
      return false;
    }
  }

  @Override
  public boolean offer(byte[] octets) {
    if (!open || octets.length == 0) {
      return open;
    }
    if (waiting.addAndGet(octets.length) > MAX_WAITING_OCTETS) {
      waiting.addAndGet(-octets.length);
      return false;
    }
    return run(() -> write(octets));
  }

  private void write(byte[] octets) {
    context
        .writeAndFlush(new DefaultHttpContent(Unpooled.wrappedBuffer(octets)))
        .addListener(_ -> waiting.addAndGet(-octets.length));
  }

  @Override
  public int waitingOctets() {
    return waiting.get();
  }

  @Override
  public void close() {
    if (open) {
      open = false;
      run(this::finish);
    }
  }

  @Override
  public void close(byte[] last) {
    if (open) {
      open = false;
      waiting.addAndGet(last.length);
      run(
          () -> {
            write(last);
            finish();
          });
    }
  }

  /** On the loop. Whoever does not read is not waited for. */
  private void finish() {
    if (context.channel().isActive()) {
      deadline.set(services.times().linger(), () -> context.close());
      Object last = chunked ? LastHttpContent.EMPTY_LAST_CONTENT : Unpooled.EMPTY_BUFFER;
      context.writeAndFlush(last).addListener(_ -> finished.run());
    }
  }

  @Override
  public boolean isOpen() {
    return open;
  }

  @Override
  public void onEnd(Runnable listener) {
    synchronized (this) {
      if (ended != null) {
        ended.add(listener);
        return;
      }
    }
    listener.run();
  }

  /** The connection has ended. On its loop. */
  void ended() {
    open = false;
    deadline.cancel();
    List<Runnable> listeners;
    synchronized (this) {
      listeners = ended;
      ended = null;
    }
    if (listeners != null) {
      listeners.forEach(Runnable::run);
    }
  }
}
