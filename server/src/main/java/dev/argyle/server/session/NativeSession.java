package dev.argyle.server.session;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.net.SocketOption;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.relay.SpliceLoop;
import dev.argyle.server.relay.SpliceTunnel;
import dev.argyle.server.relay.Tunnel;
import dev.argyle.server.session.gssapi.Sealing;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.Writable;
import io.netty.channel.epoll.EpollSocketChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A session on a bare socket of the kernel: one registration from accept to close, octets received
 * into the loop's buffer, and nothing kept but the part of a message that is still to be completed,
 * or what a client sends ahead of its answers.
 */
final class NativeSession extends ClientSession<NativeSocket> implements SocketEvents {

  /**
   * What a handshake's receive takes at most; the longest exchange has 777 octets, what follows is
   * payload.
   */
  private static final int HANDSHAKE_OCTETS = 4096;

  /** Receives of what is ignored, before others have their turn. */
  private static final int IGNORED_READS = 4;

  private final NativeLoop own;
  private final NativeSocket socket;
  private byte[] kept = NO_OCTETS;
  private long discarded;

  NativeSession(NativeLoop loop, Services services, NativeSocket socket, InetSocketAddress client) {
    super(loop, services, client);
    this.own = loop;
    this.socket = socket;
    socket.handOver(this);
  }

  /**
   * Waits for the client to speak. False: the kernel would not watch it, and the session is over.
   */
  boolean start() {
    if (socket.register(loop.eventLoop())) {
      return true;
    }
    clientLeft();
    return false;
  }

  @Override
  public void ready(NativeSocket from) {
    try {
      step();
    } catch (RuntimeException failure) {
      bug(failure);
    }
  }

  private void step() {
    switch (stage()) {
      case HANDSHAKE -> receive();
      case VERIFYING, COMMAND -> leaveIfClientLeft();
      case ASSOCIATED -> ignoreInput();
      case LINGERING -> discard();
      case TUNNEL, OVER -> {}
    }
  }

  private void receive() {
    Syscalls calls = own.calls();
    while (stage() == Stage.HANDSHAKE && socket.mayRead()) {
      ByteBuffer buffer = own.splice().buffer().clear();
      int before = kept.length;
      buffer.put(kept);
      int got =
          calls.recv(
              socket.intValue(), own.splice().bufferAddress() + before, HANDSHAKE_OCTETS - before);
      if (got <= 0) {
        nothingReceived(got);
        return;
      }
      if (got < HANDSHAKE_OCTETS - before) {
        socket.drained();
      }
      take(buffer.position(0).limit(before + got));
    }
  }

  private void nothingReceived(int answer) {
    if (Errno.wouldBlock(answer)) {
      socket.empty();
    } else {
      clientLeft();
    }
  }

  private void take(ByteBuffer octets) {
    received(octets);
    boolean wanted =
        switch (stage()) {
          case HANDSHAKE, VERIFYING, COMMAND, TUNNEL -> true;
          case ASSOCIATED, LINGERING, OVER -> false;
        };
    if (!wanted || !octets.hasRemaining()) {
      kept = NO_OCTETS;
    } else {
      kept = new byte[octets.remaining()];
      octets.get(kept);
    }
  }

  @Override
  void readOn() {
    if (stage() == Stage.HANDSHAKE && kept.length > 0) {
      byte[] waiting = kept; // pipelined behind the credentials
      take(ByteBuffer.wrap(waiting));
    }
    ready(socket);
  }

  /**
   * A client that closes looks like one that ends its stream behind its request. The second has
   * sent something to be relayed; whoever ends without an octet of payload waits for nothing.
   */
  private void leaveIfClientLeft() {
    Sealing sealing = sealing();
    boolean payload = kept.length > 0 || (sealing != null && sealing.holdsPayload());
    if (isBroken() || (socket.inputEnded() && !payload && endedWithoutPayload())) {
      clientLeft();
    }
  }

  private boolean isBroken() {
    return socket.failed()
        && own.calls().option(socket.intValue(), SocketOption.SOL_SOCKET, SocketOption.SO_ERROR)
            > 0;
  }

  private boolean endedWithoutPayload() {
    int seen = own.calls().peek(socket.intValue(), own.splice().bufferAddress(), 1);
    if (Errno.wouldBlock(seen)) {
      socket.empty(); // the event was meant for an earlier socket of this number
      return false;
    }
    return seen <= 0;
  }

  @Override
  boolean send(Writable message) {
    int length = message.length();
    if (length > NativeLoop.ANSWER_OCTETS) { // a token of GSSAPI may be
      return sendLong(message);
    }
    message.write(own.answerBuffer());
    // Less than this fits into no send buffer: a client that takes none of its answers is broken.
    return own.calls().send(socket.intValue(), own.answerAddress(), length) == length;
  }

  private boolean sendLong(Writable message) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment octets = arena.allocate(message.length());
      message.write(octets.asByteBuffer());
      int length = message.length();
      return own.calls().send(socket.intValue(), octets.address(), length) == length;
    }
  }

  @Override
  void discardInput(boolean endOutput) {
    if (endOutput) {
      own.calls().shutdownOutput(socket.intValue());
    }
    discard();
  }

  @Override
  void ignoreInput() {
    Syscalls calls = own.calls();
    for (int read = 0; stage() == Stage.ASSOCIATED && socket.mayRead(); read++) {
      if (read == IGNORED_READS) {
        loop.eventLoop().execute(() -> ready(socket)); // others have their turn
        return;
      }
      int room = SpliceLoop.BUFFER_OCTETS;
      int got = calls.recv(socket.intValue(), own.splice().bufferAddress(), room);
      if (Errno.wouldBlock(got)) {
        socket.empty();
      } else if (got <= 0) {
        ended(got == 0 ? EndReason.DONE : EndReason.RESET_BY_CLIENT);
      } else if (got < room) {
        socket.drained();
      }
    }
  }

  private void discard() {
    Syscalls calls = own.calls();
    while (socket.mayRead()) {
      int room = SpliceLoop.BUFFER_OCTETS;
      int got = calls.recv(socket.intValue(), own.splice().bufferAddress(), room);
      if (Errno.wouldBlock(got)) {
        socket.empty();
        return;
      }
      discarded += got;
      if (got <= 0 || discarded > LINGER_OCTETS) {
        lingered();
        return;
      }
      if (got < room) {
        socket.drained();
      }
    }
  }

  @Override
  void closeSocket() {
    socket.close();
  }

  @Override
  InetSocketAddress localAddress() {
    return localAddress(socket);
  }

  @Override
  InetSocketAddress localAddress(NativeSocket remote) {
    @Nullable InetSocketAddress local = own.calls().localAddress(remote.intValue());
    return local == null ? new InetSocketAddress(0) : local;
  }

  @Override
  Tunnel openTunnel(NativeSocket remote) {
    Sealing sealing = sealing();
    if (sealing != null) {
      return openSealedTunnel(sealing, remote);
    }
    SpliceTunnel tunnel = new SpliceTunnel(own.splice(), socket, remote, kept, this);
    kept = NO_OCTETS;
    tunnel.start();
    return tunnel;
  }

  private Tunnel openSealedTunnel(Sealing sealing, NativeSocket remote) {
    byte[] received = kept;
    kept = NO_OCTETS;
    @Nullable EpollSocketChannel here = null;
    @Nullable EpollSocketChannel there = null;
    try {
      here = own.adopt(socket);
      there = own.adopt(remote);
      return here.isRegistered() && there.isRegistered()
          ? SealedTunnel.open(this, sealing, here, there, received, false)
          : SealedTunnel.refuse(this, here, there);
    } catch (RuntimeException | Error failure) { // a bug, but no reason to keep descriptors
      if (here != null) {
        here.close();
      }
      if (there != null) {
        there.close();
      }
      remote.close(); // if it had not become a channel
      throw failure;
    }
  }
}
