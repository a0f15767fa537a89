package dev.argyle.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.cli.doctor.Finding.Level;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class NameServersCheckTest {

  /** Answers one question with this code; what does not belong to it comes before. */
  private static DatagramSocket answering(int code) throws IOException {
    DatagramSocket socket = new DatagramSocket(0, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(() -> answer(socket, code));
    return socket;
  }

  private static void answer(DatagramSocket socket, int code) {
    try {
      DatagramPacket packet = new DatagramPacket(new byte[512], 512);
      socket.receive(packet);
      byte[] octets = packet.getData();
      octets[2] |= (byte) 0x80;
      octets[3] = (byte) code;
      octets[1] ^= 1; // of another question
      socket.send(packet);
      octets[1] ^= 1;
      socket.send(packet);
    } catch (IOException closed) {
      return;
    }
  }

  private static List<Finding> ask(int patienceMillis, DatagramSocket... servers) {
    Findings findings = new Findings();
    NameServersCheck.ask(
        findings,
        List.of(servers).stream()
            .map(each -> (InetSocketAddress) each.getLocalSocketAddress())
            .toList(),
        false,
        patienceMillis);
    return findings.all();
  }

  @Test
  void anyAnswerButAFailureShowsThatItIsThere() throws IOException {
    for (int code : new int[] {0, 3, 5}) {
      try (DatagramSocket server = answering(code)) {
        Finding finding = ask(10_000, server).getFirst();
        assertThat(finding.level()).isEqualTo(Level.OK);
        assertThat(finding.words()).contains("answers, after");
      }
    }
  }

  @Test
  void oneThatFailsBesideOneThatAnswersIsAWarning() throws IOException {
    try (DatagramSocket right = answering(0);
        DatagramSocket wrong = answering(2)) {
      List<Finding> findings = ask(10_000, right, wrong);
      assertThat(findings).extracting(Finding::level).containsExactly(Level.OK, Level.WARN);
      assertThat(findings.get(1).words()).contains("SERVFAIL");
      assertThat(findings.get(1).advice()).contains("dns.servers");
    }
  }

  @Test
  void whereNoneAnswersClientsReachNoName() throws IOException {
    try (DatagramSocket silent = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
      Finding finding = ask(50, silent).getFirst();
      assertThat(finding.level()).isEqualTo(Level.FAIL);
      assertThat(finding.words()).contains("no answer in 50 ms", "clients reach no name");
    }
  }
}
