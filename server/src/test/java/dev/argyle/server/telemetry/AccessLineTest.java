package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.Map;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.assertj.core.data.MapEntry;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("property")
@net.jqwik.api.Tag("property")
class AccessLineTest {

  private static String tab(AccessEntry entry) {
    StringBuilder out = new StringBuilder();
    new TabFormat().append(entry, out);
    return out.toString();
  }

  private static String json(AccessEntry entry) {
    StringBuilder out = new StringBuilder();
    new JsonFormat().append(entry, out);
    return out.toString();
  }

  @Test
  void aTabLineHasTheContractsTwelveFields() {
    assertThat(tab(Entries.ended(1)))
        .isEqualTo(
            "2026-01-02T03:04:05Z\tana\tA\t192.0.2.7\t40000\texample.com\t443\t0\tconnect"
                + "\t517\t4096\t1500\n");
  }

  @Test
  void whatIsMissingIsADash() {
    EndedConnection bare =
        new EndedConnection(
            1,
            0,
            0,
            InetAddress.ofLiteral("2001:db8:0:0::1"),
            1,
            null,
            null,
            null,
            0,
            LiveConnection.NO_REPLY,
            0,
            0,
            Ending.of(EndReason.PROTOCOL_ERROR),
            null,
            null);
    assertThat(tab(bare))
        .isEqualTo("1970-01-01T00:00:00Z\t-\tA\t2001:db8::1\t1\t-\t0\t-\t-\t0\t0\t0\n");
    assertThat(json(bare))
        .contains("\"user\":null", "\"destination\":null", "\"reply\":null", "\"command\":null");
  }

  @Test
  void aUserCalledDashIsNotNobody() {
    assertThat(tab(Entries.ended(1, "-", "-")).split("\t")[1]).isEqualTo("\\x2D");
  }

  @Test
  void aFoundCredentialHasEightFieldsAndItsPasswordMasked() {
    FoundCredential found = Entries.found("alice", "secret");
    assertThat(tab(found.masked()))
        .isEqualTo("2026-01-02T03:04:05Z\tana\tP\tPOP3\tmail.example\t110\talice\t********\n");
    assertThat(tab(found)).endsWith("\talice\tsecret\n");
    assertThat(found.toString()).doesNotContain("secret");
    assertThat(json(found.masked())).doesNotContain("secret").contains("********");
  }

  @Property
  void noUserOrDestinationMakesAnotherFieldOrLine(@ForAll String user, @ForAll String host) {
    String line = tab(Entries.ended(1, user, host));
    assertThat(line).endsWith("\n");
    String[] fields = line.substring(0, line.length() - 1).split("\t", -1);
    assertThat(fields).hasSize(12).allMatch(LogTextTest::isHarmless);
    assertThat(fields[2]).isEqualTo("A");
  }

  @Property
  void noFoundTextMakesAnotherFieldOrLine(@ForAll String name, @ForAll String password) {
    String line = tab(Entries.found(name, password));
    String[] fields = line.substring(0, line.length() - 1).split("\t", -1);
    assertThat(fields).hasSize(8).allMatch(LogTextTest::isHarmless);
    assertThat(fields[2]).isEqualTo("P");
  }

  @Test
  void aJsonLineHasTheManualsFields() throws IOException {
    Map<String, @Nullable String> fields =
        parsed(
            json(
                Entries.ended(
                    7,
                    "ana",
                    "example.com",
                    new Ending(EndReason.REFUSED_BY_RULE, "rule 3 (argyle.yaml:21)"))));
    assertThat(fields)
        .containsExactly(
            Map.entry("time", "2026-01-02T03:04:05Z"),
            Map.entry("type", "access"),
            Map.entry("connection", "7"),
            Map.entry("user", "ana"),
            Map.entry("client", "192.0.2.7"),
            Map.entry("clientPort", "40000"),
            Map.entry("destination", "example.com"),
            Map.entry("destinationPort", "443"),
            Map.entry("reply", "0"),
            Map.entry("command", "connect"),
            MapEntry.entry("outgoing", null),
            Map.entry("octetsUp", "517"),
            Map.entry("octetsDown", "4096"),
            Map.entry("milliseconds", "1500"),
            Map.entry("end", "refused-by-rule"),
            Map.entry("fault", "operator"),
            Map.entry("detail", "rule 3 (argyle.yaml:21)"));
    assertThat(parsed(json(Entries.found("alice", "x"))))
        .containsOnlyKeys(
            "time",
            "type",
            "user",
            "protocol",
            "destination",
            "destinationPort",
            "foundUser",
            "foundPassword");
  }

  @Property
  void anyUserAndDestinationComeBackFromJson(@ForAll String user, @ForAll String host)
      throws IOException {
    String line = json(Entries.ended(1, user, host));
    assertThat(line.chars().limit(line.length() - 1L)).allMatch(c -> c >= ' ' && c < 0x7F);
    assertThat(parsed(line)).containsEntry("user", user).containsEntry("destination", host);
  }

  @Property
  void noDetailForgesAFieldOrALineOrIsLongerThanItsBound(@ForAll String detail) throws IOException {
    Ending ending = new Ending(EndReason.PROTOCOL_ERROR, detail + detail);
    String line = json(Entries.ended(1, "ana", "example.com", ending));
    assertThat(line.chars().limit(line.length() - 1L)).allMatch(c -> c >= ' ' && c < 0x7F);
    String shown = parsed(line).get("detail");
    assertThat(shown).isEqualTo(ending.detail()).hasSizeLessThanOrEqualTo(Ending.MAX_DETAIL);
  }

  @Test
  void aLongDetailIsCutBetweenCharactersAndSaysSo() {
    String pairs = "\uD83D\uDE00".repeat(Ending.MAX_DETAIL);
    String odd = new Ending(EndReason.PROTOCOL_ERROR, "x" + pairs).detail();
    String even = new Ending(EndReason.PROTOCOL_ERROR, pairs).detail();
    assertThat(odd).isEqualTo("x" + pairs.substring(0, Ending.MAX_DETAIL - 2) + "…");
    assertThat(even).isEqualTo(pairs.substring(0, Ending.MAX_DETAIL - 2) + "…");
    String whole = "x".repeat(Ending.MAX_DETAIL);
    assertThat(new Ending(EndReason.PROTOCOL_ERROR, whole).detail()).isEqualTo(whole);
  }

  private static Map<String, @Nullable String> parsed(String line) throws IOException {
    assertThat(line).endsWith("}\n");
    Map<String, @Nullable String> fields = new LinkedHashMap<>();
    try (JsonParser parser = new JsonFactory().createParser(line)) {
      assertThat(parser.nextToken()).isEqualTo(JsonToken.START_OBJECT);
      while (parser.nextToken() == JsonToken.FIELD_NAME) {
        String name = parser.currentName();
        parser.nextToken();
        fields.put(name, parser.getValueAsString());
      }
      assertThat(parser.currentToken()).isEqualTo(JsonToken.END_OBJECT);
      assertThat(parser.nextToken()).isNull();
    }
    return fields;
  }
}
