package dev.argyle.server.udp;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.MessageVector;
import dev.argyle.server.net.NativeSocket;
import dev.argyle.server.net.SocketEvents;
import dev.argyle.server.telemetry.Counter;
import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * A socket of the kernel. Datagrams of one size to one destination that are sent together pass
 * through the kernel as one, and are cut up behind it (UDP_SEGMENT).
 */
final class NativeUdpPort implements UdpPort, SocketEvents, Runnable {

  /**
   * Larger ones would be cut into fragments on the way, which the kernel does not do with these.
   */
  private static final int MAX_SEGMENT = 1452;

  private final NativeUdpLoop loop;
  private final NativeSocket socket;
  private final boolean ipv6;
  private final InetSocketAddress local;
  private boolean segments;
  private @Nullable Reader reader;

  NativeUdpPort(
      NativeUdpLoop loop, int fd, boolean ipv6, InetSocketAddress local, boolean segments) {
    this.loop = loop;
    this.socket = new NativeSocket(fd);
    this.ipv6 = ipv6;
    this.local = local;
    this.segments = segments;
  }

  @Override
  public InetSocketAddress local() {
    return local;
  }

  @Override
  public boolean attach(Reader to) {
    reader = to;
    socket.handOver(this);
    return socket.registerForInput(loop.eventLoop());
  }

  @Override
  public void ready(NativeSocket from) {
    run();
  }

  @Override
  public void run() {
    if (reader != null && socket.isOpen()) {
      reader.readable(this);
    }
  }

  @Override
  public void again() {
    loop.eventLoop().execute(this);
  }

  @Override
  public int receive() {
    MessageVector vector = loop.incoming;
    Inbox inbox = loop.inbox;
    vector.rearm(Inbox.SLOTS);
    int count = loop.datagrams.receive(socket.intValue(), vector.address(0), Inbox.SLOTS);
    if (count < 0) {
      if (!Errno.wouldBlock(count)) {
        loop.counters().add(Counter.UDP_ICMP_ERRORS, 1);
      }
      return 0;
    }
    for (int i = 0; i < count; i++) {
      inbox.lengths[i] = vector.length(i);
      inbox.highs[i] = vector.high(i);
      inbox.lows[i] = vector.low(i);
      inbox.ports[i] = vector.port(i);
    }
    return count;
  }

  @Override
  public void send() {
    Outbox outbox = loop.outbox;
    outbox.begin();
    int messages = prepare(outbox, 0, segments);
    int done = 0;
    boolean retried = false;
    while (done < messages) {
      int answer =
          loop.datagrams.send(socket.intValue(), loop.outgoing.address(done), messages - done);
      if (answer > 0) {
        wereSent(outbox, done, done + answer);
        done += answer;
      } else if (answer == -Errno.ECONNREFUSED && !retried) {
        retried = true; // an earlier datagram's; telling it took this call
        loop.counters().add(Counter.UDP_ICMP_ERRORS, 1);
      } else if (Errno.wouldBlock(answer)) {
        loop.drop(Counter.UDP_DROPPED_WOULD_BLOCK, outbox.count - loop.firsts[done]);
        done = messages;
      } else if (loop.firsts[done + 1] - loop.firsts[done] > 1) {
        segments &= !isAboutSegments(answer);
        messages = prepare(outbox, loop.firsts[done], false);
        done = 0;
      } else {
        loop.drop(reason(answer), 1);
        done++;
      }
    }
    outbox.count = 0;
  }

  private static boolean isAboutSegments(int answer) {
    return answer == -Errno.EINVAL || answer == -Errno.EMSGSIZE || answer == -Errno.EIO;
  }

  private static Counter reason(int answer) {
    return answer == -Errno.EMSGSIZE
        ? Counter.UDP_DROPPED_TOO_BIG
        : answer == -Errno.ENOBUFS
            ? Counter.UDP_DROPPED_WOULD_BLOCK
            : Counter.UDP_DROPPED_UNREACHABLE;
  }

  private void wereSent(Outbox outbox, int from, int to) {
    for (int i = loop.firsts[from]; i < loop.firsts[to]; i++) {
      outbox.wasSent(i);
    }
  }

  /** Makes messages of the outbox from datagram {@code from} on, and answers how many. */
  private int prepare(Outbox outbox, int from, boolean segmented) {
    MessageVector vector = loop.outgoing;
    int messages = 0;
    int first = from;
    while (first < outbox.count) {
      int next = segmented ? endOfRun(outbox, first) : first + 1;
      for (int i = first; i < next; i++) {
        vector.piece(i, loop.memoryAddress() + outbox.starts[i], outbox.lengths[i]);
      }
      vector.outgoing(messages, first, next - first, next - first > 1 ? outbox.lengths[first] : 0);
      vector.destination(
          messages, ipv6, outbox.highs[first], outbox.lows[first], outbox.ports[first]);
      loop.firsts[messages++] = first;
      first = next;
    }
    loop.firsts[messages] = outbox.count;
    return messages;
  }

  /** Behind the last datagram that can go in one message with {@code first}. */
  private static int endOfRun(Outbox outbox, int first) {
    int size = outbox.lengths[first];
    int next = first + 1;
    if (size == 0 || size > MAX_SEGMENT) {
      return next;
    }
    // All in all no more than 32 * 1452 octets, which one message may have.
    while (next < outbox.count
        && outbox.lengths[next] <= size
        && outbox.lengths[next] > 0
        && outbox.sameDestination(first, next)) {
      next++;
      if (outbox.lengths[next - 1] < size) {
        break; // only the last may be shorter
      }
    }
    return next;
  }

  @Override
  public void close() {
    reader = null;
    socket.close();
  }
}
