package dev.argyle.server.session.login;

import dev.argyle.server.admission.Admitted;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.session.gssapi.Negotiation;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.EventLoop;

/** A client whose credentials are being judged, as its login sees it. Belongs to one loop. */
public interface LoginClient extends Supervised {

  /** Where it comes from; who it is, once that is known. */
  LiveConnection client();

  /** The address and port that it has connected to, as {@code 192.0.2.1:1080}. */
  String listener();

  /** Its place, and its penalties. */
  Admitted admitted();

  EventLoop loop();

  LoopCounters counters();

  /** Whether a verdict is still due. False: the client is gone, or was too late. */
  boolean isWaiting();

  /** The verdict on its name and password. */
  void judged(boolean accepted);

  /**
   * There is no verdict, which is not the client's failing.
   *
   * @param why for the log
   */
  void unjudged(String why);

  /** What its token of GSSAPI led to. */
  void negotiated(Negotiation.Step step);

  /** A rejection is held back for so long: the handshake's deadline does not cut it short. */
  void answerHeldBack(long delayNanos);
}
