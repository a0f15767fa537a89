package dev.argyle.server.session;

import dev.argyle.server.relay.BufferRelay;
import dev.argyle.server.relay.RelayLoop;
import dev.argyle.server.relay.Tunnel;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.EndReason;
import io.netty.channel.Channel;

/** A tunnel through buffers whose client's side is wrapped (RFC 1961, section 5). */
final class SealedTunnel {

  private SealedTunnel() {}

  /**
   * Joins two channels of the session's loop.
   *
   * @param received what the client sent behind its request's frame, as it came
   * @param ended the client's stream has ended behind that
   */
  static Tunnel open(
      ClientSession<?> session,
      Sealing sealing,
      Channel client,
      Channel remote,
      byte[] received,
      boolean ended) {
    RelayLoop loop = session.loop.relay();
    BufferRelay tunnel = new BufferRelay(loop, client, remote, session);
    UnwrappingHandler unwrapping = new UnwrappingHandler(session, sealing, tunnel::breakOff);
    if (!client.isActive() || !remote.isActive()) {
      // A reset came already: making a channel took the error, so that no read would tell.
      tunnel.breakOff(
          client.isActive() ? EndReason.RESET_BY_DESTINATION : EndReason.RESET_BY_CLIENT);
      return tunnel;
    }
    unwrapping.begin(received, ended);
    client
        .pipeline()
        .addLast(
            unwrapping,
            new WrappingHandler(session, sealing.seal(), loop.settings().bufferOctets()));
    tunnel.start(sealing.payload(), false);
    return tunnel;
  }

  /** For channels that could not be had: both are closed, and the session is over. */
  static Tunnel refuse(ClientSession<?> session, Channel client, Channel remote) {
    client.close();
    remote.close();
    session.ended(EndReason.OUT_OF_RESOURCES);
    return new Tunnel() {
      @Override
      public long lastActiveNanos() {
        return 0;
      }

      @Override
      public void end(EndReason reason) {}
    };
  }
}
