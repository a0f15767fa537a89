package dev.argyle.cli.doctor;

import dev.argyle.server.config.Dns;
import dev.argyle.server.dial.SystemResolver;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * Asks each name server one question: where the root's name servers are, which every one can
 * answer. Any answer shows that it is there; one that fails (SERVFAIL) is told.
 */
final class NameServersCheck {

  /** How long one may take: a client has no patience for more. */
  static final int PATIENCE_MILLIS = 2_000;

  private static final int HEADER_OCTETS = 12; // RFC 1035, section 4.1.1
  private static final int ANSWER_BIT = 0x80;
  private static final int RCODE_MASK = 0x0F;
  private static final int SERVFAIL = 2;
  private static final int RECURSION_DESIRED = 0x0100;
  private static final int TYPE_NS = 2;
  private static final int CLASS_IN = 1;

  private NameServersCheck() {}

  static void ask(Findings findings, Dns settings) {
    ask(findings, SystemResolver.servers(settings), settings.servers().isEmpty(), PATIENCE_MILLIS);
  }

  /**
   * Asks.
   *
   * @param ofSystem whether they are those of /etc/resolv.conf
   */
  static void ask(
      Findings findings, List<InetSocketAddress> servers, boolean ofSystem, int patienceMillis) {
    String where = ofSystem ? "/etc/resolv.conf" : "dns.servers";
    List<Answer> answers = servers.stream().map(each -> asked(each, patienceMillis)).toList();
    boolean all = answers.stream().noneMatch(Answer::isRight);
    for (Answer answer : answers) {
      String words = answer.server() + ": " + answer.words();
      if (answer.isRight()) {
        findings.ok(words);
      } else if (all) {
        findings.fail(
            words + "; no name server answers, so clients reach no name",
            "name another one in " + where + ", or find out what keeps packets to port 53 away");
      } else {
        findings.warn(words, "names that ask it are slow: remove it from " + where);
      }
    }
  }

  private record Answer(InetSocketAddress server, boolean isRight, String words) {}

  private static Answer asked(InetSocketAddress server, int patienceMillis) {
    long begin = System.nanoTime();
    try (DatagramSocket socket = new DatagramSocket()) {
      int id = ThreadLocalRandom.current().nextInt(1 << 16);
      byte[] question = question(id);
      socket.connect(server); // so that a refusal is heard of
      socket.send(new DatagramPacket(question, question.length));
      byte[] room = new byte[4_096];
      DatagramPacket answer = new DatagramPacket(room, room.length);
      do {
        long left = patienceMillis - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
        if (left <= 0) {
          throw new SocketTimeoutException();
        }
        socket.setSoTimeout((int) left);
        answer.setLength(room.length);
        socket.receive(answer);
      } while (!answers(room, answer.getLength(), id));
      String time = Examination.millis(System.nanoTime() - begin);
      return (room[3] & RCODE_MASK) == SERVFAIL
          ? new Answer(server, false, "fails (SERVFAIL), after " + time)
          : new Answer(server, true, "answers, after " + time);
    } catch (SocketTimeoutException late) {
      return new Answer(server, false, "no answer in " + patienceMillis + " ms");
    } catch (IOException refused) {
      return new Answer(server, false, String.valueOf(refused.getMessage()));
    }
  }

  /** The name servers of the root: {@code . IN NS}. */
  private static byte[] question(int id) {
    return ByteBuffer.allocate(HEADER_OCTETS + 5)
        .putShort((short) id)
        .putShort((short) RECURSION_DESIRED)
        .putShort((short) 1) // one question
        .putShort((short) 0)
        .putInt(0)
        .put((byte) 0) // the root
        .putShort((short) TYPE_NS)
        .putShort((short) CLASS_IN)
        .array();
  }

  private static boolean answers(byte[] octets, int length, int id) {
    return length >= HEADER_OCTETS
        && (octets[0] & 0xFF) == id >>> 8
        && (octets[1] & 0xFF) == (id & 0xFF)
        && (octets[2] & ANSWER_BIT) != 0;
  }
}
