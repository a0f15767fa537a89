package dev.argyle.server.manage.http;

import dev.argyle.server.admission.Admitted;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.Source;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpObject;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseEncoder;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection at the HTTP door; belongs to its loop. A request is read whole, carried out on a
 * virtual thread, and answered before the next one is looked at. While it is carried out, one more
 * read is made, so that it is noticed when the client leaves; what that brings waits.
 */
final class HttpConnection extends ChannelInboundHandlerAdapter {

  private static final Logger LOG = LoggerFactory.getLogger(HttpConnection.class);

  private enum State {
    /** A request is awaited, or coming. */
    READING,
    ANSWERING,
    STREAMING,
    /** What has been answered gets through; nothing more is. */
    ENDING
  }

  private final HttpServices services;
  private final Tally counters;
  private final RequestDecoder decoder = new RequestDecoder(this::begins);
  private final Queue<HttpObject> waiting = new ArrayDeque<>(); // of one read at most
  private State state = State.READING;
  private boolean taking;
  private boolean inputEnded;
  private @Nullable ChannelHandlerContext context;
  private @Nullable HttpPlace place; // set with those below, unless it is refused
  private @Nullable InetSocketAddress client;
  private @Nullable RequestBody body;
  private @Nullable ResponseWriter writer;
  private @Nullable Deadline deadline;
  private @Nullable HttpRequest request; // whose body is coming
  private @Nullable Pending pending;
  private @Nullable ResponseStream stream;

  HttpConnection(HttpServices services) {
    this.services = services;
    this.counters = services.door().counters();
  }

  private static <T> T known(@Nullable T value) {
    return Objects.requireNonNull(value, "not connected yet");
  }

  // What Netty says

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    TlsFiles tls = services.tls();
    if (tls != null) {
      added.pipeline().addBefore(added.name(), "tls", Tls.handler(tls, services.times().request()));
    }
    added.pipeline().addBefore(added.name(), "decoder", decoder);
    added.pipeline().addBefore(added.name(), "encoder", new HttpResponseEncoder());
  }

  @Override
  public void channelActive(ChannelHandlerContext active) {
    context = active;
    InetSocketAddress from = (InetSocketAddress) active.channel().remoteAddress();
    if (from == null) { // it has gone already
      active.close();
      return;
    }
    client = from;
    Admitted admitted = services.door().admission().admits(Door.HTTP, from.getAddress(), counters);
    if (admitted == null) {
      active.close();
      return;
    }
    place = new HttpPlace(admitted, counters);
    deadline = new Deadline(active.executor());
    Source source = Source.of(from.getAddress());
    body = new RequestBody(services.bodies(), source);
    writer = new ResponseWriter(active, services.door().answers(), source);
    deadline.set(services.times().idle(), () -> active.close());
    active.read();
  }

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    if (state == State.ENDING || place == null) {
      ReferenceCountUtil.release(message);
    } else {
      waiting.add((HttpObject) message);
    }
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    takeAll();
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event instanceof ChannelInputShutdownEvent || event instanceof SslCloseCompletionEvent) {
      inputEnded = true;
      takeAll();
    }
  }

  @Override
  public void exceptionCaught(ChannelHandlerContext from, Throwable cause) {
    if (Tls.isPeersFailure(cause)) {
      LOG.debug("http door: no TLS with {}", client, cause);
    } else if (!(cause instanceof IOException)) {
      LOG.error("http door: this is a bug in Argyle", cause);
    }
    from.close();
  }

  @Override
  public void channelInactive(ChannelHandlerContext from) {
    state = State.ENDING;
    discardWaiting();
    if (pending != null) {
      pending.leave();
    }
    if (stream != null) {
      stream.ended();
    }
    if (place != null) {
      known(deadline).cancel();
      known(body).leave();
      known(writer).drop();
      place.leave();
    }
  }

  // Deadlines

  /** The first octets of a request have come. */
  private void begins() {
    if (state == State.READING && place != null) {
      known(deadline).set(services.times().request(), this::late);
    }
  }

  /** Slow headers, or a slow body. */
  private void late() {
    counters.increment(Counter.HTTP_TIMEOUTS);
    known(place).late();
    refuse(
        Problem.of(
            408,
            "Request timeout",
            "the request did not come within "
                + services.times().request().toSeconds()
                + " s of its first octet",
            "send it at once"));
  }

  // Reading

  private void takeAll() {
    if (taking || place == null) {
      return;
    }
    taking = true;
    while (state == State.READING && !waiting.isEmpty()) {
      take(waiting.remove());
    }
    taking = false;
    if (state == State.ENDING) {
      discardWaiting();
    } else if (state == State.STREAMING && (inputEnded || !waiting.isEmpty())) {
      known(context).close(); // whoever watches a stream has nothing to say
      return;
    }
    if (!inputEnded && waiting.isEmpty()) {
      known(context).read();
    } else if (inputEnded && (state == State.READING || state == State.ENDING)) {
      known(context).close();
    }
  }

  private void discardWaiting() {
    waiting.forEach(ReferenceCountUtil::release);
    waiting.clear();
  }

  private void take(HttpObject message) {
    try {
      if (message.decoderResult().isFailure()) {
        malformed(message.decoderResult().cause());
        return;
      }
      if (message instanceof HttpRequest head) {
        begin(head);
      }
      if (message instanceof HttpContent content && request != null) {
        add(content, request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
  }

  private void malformed(Throwable cause) {
    counters.increment(Counter.HTTP_MALFORMED);
    known(place).malformed(cause, decoder.beganLikeTls());
    refuse(Malformed.problem(cause));
  }

  private void begin(HttpRequest head) {
    Problem problem = Malformed.head(head);
    if (problem != null) {
      counters.increment(Counter.HTTP_MALFORMED);
      refuse(problem);
      return;
    }
    request = head;
    if (HttpUtil.is100ContinueExpected(head)) {
      known(context)
          .writeAndFlush(
              new DefaultFullHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.CONTINUE));
    }
  }

  private void add(HttpContent content, HttpRequest head) {
    switch (known(body).add(content.content())) {
      case TAKEN -> {
        if (content instanceof LastHttpContent) {
          carryOut(head);
        }
      }
      case TOO_LONG -> {
        counters.increment(Counter.HTTP_REQUESTS_REFUSED);
        refuse(Malformed.tooLong());
      }
      case NO_PLACE -> {
        counters.increment(Counter.HTTP_REQUESTS_REFUSED);
        request = null;
        send((Response.Whole) Dispatch.busy(), false, true);
      }
    }
  }

  /** What follows is no request that could be understood. */
  private void refuse(Problem problem) {
    request = null;
    send((Response.Whole) problem.response(), false, true);
  }

  // Answering

  private void carryOut(HttpRequest head) {
    state = State.ANSWERING;
    known(deadline).cancel();
    decoder.whole();
    request = null;
    counters.increment(Counter.HTTP_REQUESTS);
    ChannelHandlerContext here = known(context);
    Received received =
        new Received(
            head.method().name(),
            head.uri(),
            head.headers(),
            known(body).take(),
            known(client),
            (InetSocketAddress) here.channel().localAddress(),
            services.tls() != null);
    Pending asked = new Pending();
    pending = asked;
    Thread.ofVirtual()
        .name("http")
        .start(
            () -> {
              Answer answer = services.dispatch().answer(received, asked);
              try {
                here.executor().execute(() -> answered(head, answer));
              } catch (RejectedExecutionException stopped) {
                LOG.debug("the doors are closed, and their connections with them", stopped);
              }
            });
  }

  private void answered(HttpRequest head, Answer answer) {
    pending = null;
    if (state != State.ANSWERING) {
      return; // the client has left
    }
    known(body).leave();
    if (answer.actor() != null) {
      known(place).loggedIn();
    }
    boolean headAlone = head.method().equals(HttpMethod.HEAD);
    boolean old = head.protocolVersion().minorVersion() == 0;
    switch (answer.response()) {
      case Response.Whole whole ->
          send(
              whole,
              headAlone,
              answer.closes()
                  || old
                  || inputEnded
                  || !HttpUtil.isKeepAlive(head)
                  || whole.headers().containsKey("Connection"));
      case Response.Streaming streaming -> stream(streaming, answer, headAlone, !old);
    }
    takeAll();
  }

  private void send(Response.Whole response, boolean headAlone, boolean closes) {
    state = State.ANSWERING;
    known(deadline).cancel();
    known(writer).write(response, headAlone, closes, () -> sent(closes));
  }

  private void sent(boolean closes) {
    if (state == State.ENDING) {
      return; // it has ended meanwhile
    }
    if (closes) {
      end();
    } else {
      state = State.READING;
      awaitRequest(known(deadline));
      takeAll();
    }
  }

  private void awaitRequest(Deadline next) {
    HttpServices.Times times = services.times();
    if (decoder.hasBegun()) {
      next.set(times.request(), this::late);
    } else {
      Duration idle = known(place).isLoggedIn() ? times.idleKnown() : times.idle();
      next.set(idle, () -> known(context).close());
    }
  }

  /** Closing with octets unread would reset the connection, and the client might lose an answer. */
  private void end() {
    state = State.ENDING;
    discardWaiting();
    ChannelHandlerContext here = known(context);
    if (!inputEnded && here.channel() instanceof DuplexChannel channel && channel.isActive()) {
      Tls.shutdownOutput(channel);
      known(deadline).set(services.times().linger(), () -> here.close());
      here.read();
    } else {
      here.close();
    }
  }

  // Streaming

  private void stream(
      Response.Streaming response, Answer answer, boolean headAlone, boolean chunked) {
    ChannelHandlerContext here = known(context);
    if (headAlone) {
      here.writeAndFlush(Heads.of(response, chunked));
      end();
      return;
    }
    state = State.STREAMING;
    ResponseStream begun = new ResponseStream(services, here, chunked, this::end);
    stream = begun;
    begun.begin(response, answer);
  }
}
