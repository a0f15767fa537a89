package dev.argyle.server.session;

import dev.argyle.server.dial.NameResolver;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.Syscalls;
import dev.argyle.server.relay.SpliceLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.net.InetAddress;
import java.nio.ByteBuffer;

/** A loop whose sessions are {@link NativeSession}s. */
final class NativeLoop extends SessionLoop<NativeSocket> {

  private static final int ANSWER_OCTETS = 512; // more than any message of a handshake

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
