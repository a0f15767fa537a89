package dev.argyle.server.session;

import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.relay.SpliceLoop;
import io.netty.channel.epoll.EpollSocketChannel;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** A loop whose sessions are {@link NativeSession}s. */
final class NativeLoop extends SessionLoop<NativeSocket> {

  /** More than any message of a handshake but a token of GSSAPI. */
  static final int ANSWER_OCTETS = 512;

  private final SpliceLoop splice;
  private final MemorySegment answer = Arena.ofAuto().allocate(ANSWER_OCTETS);
  private final ByteBuffer answerView = answer.asByteBuffer();

  NativeLoop(SpliceLoop splice, NameResolver resolver) {
    super(splice, resolver, new NativeConnector(splice));
    this.splice = splice;
  }

  @Override
  Rendezvous meet(InetAddress at, Rendezvous.Host<NativeSocket> host) {
    NativeRendezvous rendezvous = new NativeRendezvous(this, host);
    rendezvous.open(at);
    return rendezvous;
  }

  SpliceLoop splice() {
    return splice;
  }

  Syscalls calls() {
    return splice.calls();
  }

  /**
   * Makes a channel of Netty's of a socket: for a tunnel that is wrapped, whose octets have to come
   * out of the kernel anyway. It is not registered if the kernel would not watch it. If that
   * throws, the socket is closed.
   */
  EpollSocketChannel adopt(NativeSocket socket) {
    int descriptor = socket.release();
    try {
      EpollSocketChannel channel = new EpollSocketChannel(descriptor);
      channel.config().setAutoRead(false).setAllowHalfClosure(true);
      LastingInterest.of(channel);
      eventLoop().register(channel);
      if (channel.isRegistered()) {
        LastingInterest.endIsRead(channel);
      }
      return channel;
    } catch (RuntimeException | Error failure) { // nobody else knows the descriptor any more
      calls().close(descriptor);
      throw failure;
    }
  }

  /**
   * Where an answer is put before it is sent; apart from the buffer that a request was received
   * into.
   */
  ByteBuffer answerBuffer() {
    return answerView.clear();
  }

  long answerAddress() {
    return answer.address();
  }
}
