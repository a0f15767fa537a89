package dev.argyle.server.session;

import dev.argyle.server.account.User;
import dev.argyle.server.admission.Admitted;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.net.Errno;
import dev.argyle.server.session.Handshake.Action;
import dev.argyle.server.session.gssapi.GssapiService;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.session.login.GssapiLogin;
import dev.argyle.server.session.login.Login;
import dev.argyle.server.session.login.LoginClient;
import dev.argyle.server.session.login.Logins;
import dev.argyle.server.session.login.PasswordLogin;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Door;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.FlightEvents;
import dev.argyle.server.telemetry.HandshakeOutcome;
import dev.argyle.server.telemetry.Histogram;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.LoopCounters;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.Writable;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.socks.Credentials;
import dev.argyle.wire.socks.Method;
import dev.argyle.wire.socks.Request;
import io.netty.channel.EventLoop;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A client that has not come to its request. Octets go to {@link Handshake}, which knows the
 * protocol, and what it wants done is done here. One deadline holds from accept to request. Nothing
 * is kept but the part of a message that is still to be completed, or what a client sends ahead of
 * our answers.
 */
final class HandshakeStage implements Stage, LoginClient {

  /**
   * What a receive takes at most, with what is kept: the longest exchange without GSSAPI has 777
   * octets, what follows is payload.
   */
  private static final int RECEIVED_OCTETS = HeldAhead.FREE_OCTETS;

  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final ClientSession session;
  private final Handshake handshake;
  private final @Nullable User ofAddress; // whose client this is without a password; null: nobody's
  private final int accountChanges; // when that was looked up
  private long deadlineNanos;
  private byte[] kept = ClientSession.NO_OCTETS;
  private long taken; // octets of messages that were read
  private final long begunNanos = System.nanoTime();
  private @Nullable Login login;
  private int tokenOctets; // of the token that is being looked at
  private boolean answered; // since the last octets came
  private boolean verifying; // an answer of ours is due, and nothing is read before it
  private boolean taking; // take() is on the stack
  private boolean over; // and counted

  HandshakeStage(ClientSession session) {
    this.session = session;
    Logins logins = session.services.logins();
    this.accountChanges = logins.accountChanges();
    this.ofAddress = logins.ofAddress(session.live.client());
    this.handshake =
        new Handshake(session.policy.methods(), logins.nobodyHasAPassword(), ofAddress != null);
    this.deadlineNanos = System.nanoTime() + session.policy.handshakeNanos();
  }

  @Override
  public void ready() {
    if (verifying) {
      lookForTheEnd();
      return;
    }
    while (reads() && session.socket.mayRead()) {
      ByteBuffer buffer = session.loop.sockets().buffer().clear();
      int before = kept.length;
      buffer.put(kept);
      int got = session.socket.receive(before, RECEIVED_OCTETS - before);
      if (got <= 0) {
        if (!Errno.wouldBlock(got)) {
          clientLeft();
        }
        return;
      }
      answered = false;
      take(buffer.position(0).limit(before + got));
    }
    if (verifying && session.isIn(this) && session.socket.mayRead()) {
      session.ready(); // its end may have come with what is verified: no further event will tell
    }
  }

  /** While an answer is due. Whoever has ended its stream without its request asks for nothing. */
  private void lookForTheEnd() {
    switch (session.presence()) {
      case HERE -> {}
      case ENDED -> {
        if (kept.length == 0) {
          session.clientLeft();
        }
      }
      case GONE -> session.clientLeft();
    }
  }

  /** It had not come to its request, though no answer of ours was due. */
  private void clientLeft() {
    session.admitted.leftBeforeRequest(System.nanoTime() - begunNanos, session.counters());
    session.clientLeft();
  }

  private boolean reads() {
    return !verifying && session.isIn(this);
  }

  /** Takes messages, and keeps the octets of one that is not whole. */
  private void take(ByteBuffer in) {
    taking = true;
    while (reads()) {
      int begin = in.position();
      Handshake.State state = handshake.state();
      Action action = handshake.next(in);
      if (action == null) {
        break;
      }
      Ending malformed = malformed(action);
      if (malformed != null) {
        remember(malformed, MalformedOctets.of(state, in.duplicate().position(begin)));
      }
      taken += in.position() - begin;
      act(action, in);
    }
    taking = false;
    if (session.isIn(this)) {
      kept = rest(in);
      hold();
    } else {
      kept = ClientSession.NO_OCTETS;
    }
  }

  /** Counts what is kept; if there is no room for it, the client has to go. */
  private void hold() {
    if (!session.holds(kept.length + handshake.heldOctets() + tokenOctets)) {
      session.counters().add(Counter.REFUSED_MEMORY, 1);
      Ending full =
          new Ending(
              EndReason.OUT_OF_RESOURCES,
              "no memory for what it sends before its request: too much of it waits");
      failed(full);
      session.finish(full);
    }
  }

  /** What is wrong with the message that led to this; null: nothing. */
  private static @Nullable Ending malformed(Action action) {
    Ending ending =
        switch (action) {
          case Action.Refuse refuse -> new Ending(refuse.why(), refuse.words());
          case Action.Hang hang -> new Ending(hang.why(), hang.words());
          case Action.Reject reject ->
              new Ending(CommandStage.reason(reject.code()), reject.words());
          case Action.Answer _, Action.Verify _, Action.Negotiate _, Action.Serve _ -> null;
        };
    return ending != null
            && (ending.reason() == EndReason.PROTOCOL_ERROR
                || ending.reason() == EndReason.SEAL_BROKEN)
        ? ending
        : null;
  }

  private void remember(Ending why, byte[] shown) {
    session
        .services
        .telemetry()
        .malformedHandshakes()
        .add(
            System.currentTimeMillis(),
            session.live.client(),
            session.live.clientPort(),
            Door.SOCKS,
            why,
            taken,
            shown);
  }

  private static byte[] rest(ByteBuffer in) {
    if (!in.hasRemaining()) {
      return ClientSession.NO_OCTETS;
    }
    byte[] rest = new byte[in.remaining()];
    in.get(rest);
    return rest;
  }

  private void act(Action action, ByteBuffer in) {
    switch (action) {
      case Action.Answer(Writable message) -> {
        answered = true;
        if (!session.send(message)) {
          session.clientLeft();
        }
      }
      case Action.Verify(Credentials credentials) -> verify(credentials);
      case Action.Negotiate(GssapiFrame.Token token) -> negotiate(token);
      case Action.Serve(Request request) -> {
        if (ofAddress != null && handshake.chosen() == Method.NONE) {
          session.services.logins().isOfAddress(this, ofAddress, accountChanges);
        }
        session.admitted();
        long nowNanos = System.nanoTime();
        cameTo(HandshakeOutcome.REQUEST, nowNanos);
        CommandStage.serve(session, request, rest(in), handshake.sealing(), answered, nowNanos);
      }
      case Action.Reject reject -> {
        session.admitted();
        cameTo(HandshakeOutcome.REQUEST, System.nanoTime());
        CommandStage.reject(session, reject.code(), reject.words(), handshake.sealing());
      }
      case Action.Refuse(Writable answer, boolean patient, EndReason why, String words) -> {
        Ending ending = new Ending(why, words);
        if (why != EndReason.AUTHENTICATION_FAILED) {
          failed(ending);
        }
        cameTo(HandshakeOutcome.of(why), System.nanoTime());
        RefusalStage.refuse(session, answer, ending, patient ? deadlineNanos : null);
      }
      case Action.Hang(EndReason why, String words) -> {
        Ending ending = new Ending(why, words);
        failed(ending);
        session.finish(ending);
      }
    }
  }

  /** Counts the handshake, once. */
  private void cameTo(HandshakeOutcome outcome, long nowNanos) {
    if (over) {
      return;
    }
    over = true;
    long nanos = nowNanos - session.live.startNanos();
    session.counters().handshake(handshake.chosen(), outcome);
    if (outcome == HandshakeOutcome.REQUEST) {
      session.counters().took(Histogram.HANDSHAKE, nanos);
    }
    FlightEvents.handshake(session.live, handshake.chosen(), outcome, nanos);
  }

  private void failed(Ending why) {
    if (handshake.isOtherProtocol()) {
      session.admitted.spokeAnotherProtocol(why, session.counters());
    } else {
      session.admitted.handshakeFailed(why, session.counters());
    }
  }

  // The login.

  private void verify(Credentials given) {
    verifying = true;
    Credentials credentials = given;
    if (session.policy.sessionSuffix()) {
      SessionSuffix login = SessionSuffix.of(given);
      credentials = login.credentials();
      session.egressSession = login.session();
    }
    PasswordLogin begun = new PasswordLogin(this, session.services.logins(), credentials);
    login = begun;
    begun.begin();
  }

  private void negotiate(GssapiFrame.Token token) {
    verifying = true;
    tokenOctets = token.length();
    GssapiLogin begun = login instanceof GssapiLogin earlier ? earlier : gssapiLogin();
    login = begun;
    begun.take(token);
  }

  private GssapiLogin gssapiLogin() {
    GssapiService service = session.policy.gssapi();
    if (service == null) {
      throw new IllegalStateException("GSSAPI was chosen and is not offered");
    }
    return new GssapiLogin(this, session.services.logins(), service);
  }

  @Override
  public LiveConnection client() {
    return session.live;
  }

  @Override
  public String listener() {
    InetSocketAddress local = session.socket.localAddress();
    return new Endpoint(Addresses.text(local.getAddress()), local.getPort()).toString();
  }

  @Override
  public Admitted admitted() {
    return session.admitted;
  }

  @Override
  public EventLoop loop() {
    return session.loop.eventLoop();
  }

  @Override
  public LoopCounters counters() {
    return session.counters();
  }

  @Override
  public boolean isWaiting() {
    return verifying && session.isIn(this);
  }

  @Override
  public void judged(boolean accepted) {
    if (isWaiting()) {
      goOn(handshake.judged(accepted));
    }
  }

  @Override
  public void unjudged(String why) {
    if (isWaiting()) {
      goOn(handshake.unjudged(why));
    }
  }

  @Override
  public void negotiated(Negotiation.Step step) {
    if (isWaiting()) {
      goOn(handshake.negotiated(step));
    }
  }

  private void goOn(@Nullable Action action) {
    verifying = false;
    tokenOctets = 0;
    if (action != null) {
      act(action, NOTHING);
    }
    if (!taking && session.isIn(this)) {
      take(ByteBuffer.wrap(kept)); // pipelined behind the credentials
      session.ready();
    }
  }

  @Override
  public void answerHeldBack(long delayNanos) {
    deadlineNanos = System.nanoTime() + delayNanos + RefusalStage.LINGER_NANOS;
  }

  // Time and the end.

  @Override
  public void sweep(long nowNanos) {
    if (nowNanos - deadlineNanos >= 0) {
      Ending why = new Ending(EndReason.HANDSHAKE_TIMEOUT, handshake.state().lateness());
      failed(why);
      session.finish(why);
    }
  }

  @Override
  public void end(Ending why) {
    session.finish(why);
  }

  @Override
  public void leave(EndReason why, long nowNanos) {
    cameTo(HandshakeOutcome.of(why), nowNanos);
    if (login != null) {
      login.leave();
    }
  }

  @Override
  public void onBug(Throwable bug) {
    session.onBug(bug);
  }
}
