package dev.argyle.server.udp;

import dev.argyle.server.net.Errno;
import dev.argyle.server.net.LinuxSocket;
import dev.argyle.server.net.MessageVector;
import dev.argyle.server.telemetry.Counter;
import java.net.InetSocketAddress;

/**
 * A socket of the kernel. Datagrams of one size to one destination that are sent together pass
 * through the kernel as one message, which is segmented at its end (UDP_SEGMENT).
 */
final class LinuxUdpPort extends UdpPort {

  /** The kernel does not cut segments into IP fragments, which larger ones may need. */
  private static final int MAX_SEGMENT = 1452;

  private final LinuxUdpLoop loop;
  private final LinuxSocket socket;
  private final boolean ipv6;
  private boolean segments;

  LinuxUdpPort(LinuxUdpLoop loop, int fd, boolean ipv6, InetSocketAddress local, boolean segments) {
    super(loop, local);
    this.loop = loop;
    this.socket = new LinuxSocket(fd);
    this.ipv6 = ipv6;
    this.segments = segments;
    socket.handOver(this);
  }

  @Override
  boolean register() {
    return socket.registerForInput(loop.eventLoop());
  }

  @Override
  int receive(int most) {
    MessageVector vector = loop.incoming;
    Inbox inbox = loop.inbox;
    vector.rearm(most);
    int count = loop.datagrams.receive(socket.intValue(), vector.address(0), most);
    if (count < 0 && !Errno.wouldBlock(count)) { // told once; no edge follows for what is there
      loop.counters().add(Counter.UDP_ICMP_ERRORS, 1);
      count = loop.datagrams.receive(socket.intValue(), vector.address(0), most);
    }
    if (count < 0) {
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
  void send() {
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
        retried = true; // an error of an earlier datagram, told by this call
        loop.counters().add(Counter.UDP_ICMP_ERRORS, 1);
      } else if (Errno.wouldBlock(answer)) {
        loop.drop(Counter.UDP_DROPPED_WOULD_BLOCK, outbox.count - loop.firsts[done]);
        done = messages;
      } else if (loop.firsts[done + 1] - loop.firsts[done] > 1) {
        segments &= !isAboutSegments(answer);
        messages = prepare(outbox, loop.firsts[done], false);
        done = 0;
      } else {
        loop.drop(reason(-answer), 1);
        done++;
      }
    }
    outbox.count = 0;
  }

  private static boolean isAboutSegments(int answer) {
    return answer == -Errno.EINVAL || answer == -Errno.EMSGSIZE || answer == -Errno.EIO;
  }

  private void wereSent(Outbox outbox, int from, int to) {
    for (int i = loop.firsts[from]; i < loop.firsts[to]; i++) {
      outbox.wasSent(i);
    }
  }

  /** Makes messages of the outbox from datagram {@code from} on; answers how many. */
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
    // At most 32 * 1452 octets in all, which fits one message.
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
  void release() {
    socket.close();
  }
}
