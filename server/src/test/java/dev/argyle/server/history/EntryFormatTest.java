package dev.argyle.server.history;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.EndReason;
import dev.argyle.server.telemetry.EndedConnection;
import dev.argyle.server.telemetry.Ending;
import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Tag("unit")
class EntryFormatTest {
  @TempDir Path folder;

  private FileHeader header() throws Exception {
    Path file = folder.resolve("header");
    ByteBuffer octets = FileHeader.of(1, 2, 3);
    Files.write(file, Arrays.copyOf(octets.array(), octets.limit()));
    return Objects.requireNonNull(HistoryFile.existing(file)).header();
  }

  private HistoryEntry written(EndedConnection ended, boolean addresses) throws Exception {
    ByteBuffer out = ByteBuffer.allocate(EntryFormat.MAX_OCTETS);
    EntryFormat.put(ended, addresses, out);
    EntryView view = new EntryView();
    assertThat(view.at(out.array(), 0, out.position())).isTrue();
    assertThat(view.next()).isEqualTo(out.position());
    return view.entry(9, header());
  }

  @Test
  void allFieldsComeBack() throws Exception {
    Past.Ended ended = new Past.Ended();
    ended.id = 1L << 40;
    ended.up = 1L << 50;
    ended.down = Long.MAX_VALUE;
    ended.reply = 2;
    ended.client = "2001:db8::7";
    ended.user = "ün\udc80";
    ended.ending = new Ending(EndReason.REFUSED_BY_RULE, "rule 3 (argyle.yaml:21)");
    ended.rule = new RuleRef(3, "rule 3 (argyle.yaml:21)");
    ended.outgoing = "2001:db8:1::25";
    HistoryEntry entry = written(ended.made(), true);
    assertThat(entry)
        .isEqualTo(
            new HistoryEntry(
                9,
                1L << 40,
                Past.TIME - 1_500,
                Past.TIME,
                InetAddress.ofLiteral("2001:db8::7"),
                40000,
                "ün\udc80",
                Command.CONNECT,
                "www.example.com",
                443,
                2,
                3,
                "rule 3 (argyle.yaml:21)",
                1L << 50,
                Long.MAX_VALUE,
                "refused-by-rule",
                "operator",
                "rule 3 (argyle.yaml:21)",
                InetAddress.ofLiteral("2001:db8:1::25")));
  }

  @Test
  void aClientThatNeverGotToARequestHasNoneOfItsFields() throws Exception {
    Past.Ended ended = new Past.Ended();
    ended.user = null;
    ended.command = null;
    ended.destination = null;
    ended.port = 0;
    ended.reply = LiveConnection.NO_REPLY;
    HistoryEntry entry = written(ended.made(), true);
    assertThat(entry.user()).isNull();
    assertThat(entry.command()).isNull();
    assertThat(entry.destination()).isNull();
    assertThat(entry.reply()).isEqualTo(LiveConnection.NO_REPLY);
    assertThat(entry.detail()).isNull();
    assertThat(entry.outgoing()).isNull();
  }

  @Test
  void withoutAddressesNeitherUserNorClientNorWhatMayQuoteThemIsWritten() throws Exception {
    Past.Ended ended = new Past.Ended();
    ended.ending = new Ending(EndReason.PROTOCOL_ERROR, "what ana sent");
    ended.outgoing = "192.0.2.25"; // ana's alone, perhaps
    HistoryEntry entry = written(ended.made(), false);
    assertThat(entry.user()).isNull();
    assertThat(entry.client()).isNull();
    assertThat(entry.clientPort()).isZero();
    assertThat(entry.outgoing()).isNull();
    assertThat(entry.detail()).isNull();
    assertThat(entry.destination()).isEqualTo("www.example.com");
  }

  @Test
  void theAddressThatItLeftByTakesItsOctetsAloneAndAnEntryWithoutOneNone() throws Exception {
    Past.Ended ended = new Past.Ended();
    ByteBuffer without = ByteBuffer.allocate(EntryFormat.MAX_OCTETS);
    EntryFormat.put(ended.made(), true, without);
    ended.outgoing = "192.0.2.25";
    ByteBuffer with = ByteBuffer.allocate(EntryFormat.MAX_OCTETS);
    EntryFormat.put(ended.made(), true, with);
    assertThat(with.position()).isEqualTo(without.position() + 4);
    assertThat(written(ended.made(), true).outgoing())
        .isEqualTo(InetAddress.ofLiteral("192.0.2.25"));
  }

  @Test
  void anAddressOfAnotherLengthIsNone() {
    ByteBuffer out = ByteBuffer.allocate(EntryFormat.MAX_OCTETS);
    EntryFormat.put(new Past.Ended().made(), true, out);
    for (int more = 1; more <= 17; more++) {
      byte[] longer = Arrays.copyOf(out.array(), out.position() + more);
      longer[1] += (byte) more;
      assertThat(new EntryView().at(longer, 0, longer.length))
          .as("%d octets", more)
          .isEqualTo(more == 4 || more == 16);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyReasonComesBackWithItsFault(EndReason reason) throws Exception {
    Past.Ended ended = new Past.Ended();
    ended.ending = Ending.of(reason);
    HistoryEntry entry = written(ended.made(), true);
    assertThat(entry.reason()).isEqualTo(reason.word());
    assertThat(entry.fault()).isEqualTo(reason.fault().word());
  }

  @Test
  void theLargestEntryFits() throws Exception {
    Past.Ended ended = new Past.Ended();
    ended.client = "2001:db8::7";
    ended.outgoing = "2001:db8:1::25";
    ended.user = "\udc80".repeat(255);
    ended.destination = "\uffff".repeat(255);
    ended.ending = new Ending(EndReason.BUG, "\uffff".repeat(200));
    HistoryEntry entry = written(ended.made(), true);
    assertThat(entry.user()).isEqualTo(ended.user);
    assertThat(entry.detail()).isEqualTo(ended.ending.detail());
  }

  @Test
  void anEntryThatIsCutOffAnywhereIsNoticed() {
    ByteBuffer out = ByteBuffer.allocate(EntryFormat.MAX_OCTETS);
    EntryFormat.put(new Past.Ended().made(), true, out);
    for (int length = 0; length < out.position(); length++) {
      assertThat(new EntryView().at(out.array(), 0, length)).isFalse();
    }
  }

  @Test
  void anyOctetMayBeAnyOtherAndNothingThrows() throws Exception {
    FileHeader header = header();
    ByteBuffer out = ByteBuffer.allocate(EntryFormat.MAX_OCTETS);
    EntryFormat.put(new Past.Ended().made(), true, out);
    EntryView view = new EntryView();
    for (int at = 0; at < out.position(); at++) {
      for (int value = 0; value < 256; value++) {
        byte[] changed = Arrays.copyOf(out.array(), out.position());
        changed[at] = (byte) value;
        if (view.at(changed, 0, changed.length) && !view.isDeleted()) {
          assertThat(view.entry(1, header)).isNotNull();
        }
      }
    }
  }
}
