package dev.argyle.cli.top;

import dev.argyle.cli.door.Document;
import dev.argyle.cli.door.HttpEvents;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Servers and what they tell, for tests. */
final class Examples {

  static final Moment NOW =
      new Moment(Instant.parse("2026-01-02T03:04:05Z").toEpochMilli(), 77_000_000);

  private Examples() {}

  /** So many seconds later. */
  static Moment after(int seconds) {
    return NOW.minusMillis(-1_000L * seconds);
  }

  static Document json(String text) {
    try {
      return Document.read(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    } catch (IOException malformed) {
      throw new UncheckedIOException(malformed);
    }
  }

  static Document status() {
    return json(
        """
        {'version':'0.1','startedAt':'2026-01-02T00:54:05.000Z','uptimeSeconds':7799,'running':true,'draining':false,
         'warnings':[],'totals':{'open':2}}
        """);
  }

  /** A connection as the API has it. */
  static String connection(long id, String user, String destination, long up, long down) {
    return """
    {'id':%d,'user':'%s','client':'192.0.2.7','clientPort':%d,'command':'CONNECT',
     'destination':'%s','destinationPort':443,'reply':0,'rule':'rule 3 (argyle.yaml:21)',
     'octetsUp':%d,'octetsDown':%d,'startedAt':'2026-01-02T03:00:00.000Z','idleSeconds':1}
    """
        .formatted(id, user, 40_000 + id, destination, up, down);
  }

  static List<Document> list(String... connections) {
    List<Document> list = new ArrayList<>();
    for (String one : connections) {
      list.add(json(one));
    }
    return list;
  }

  static HttpEvents.Message connections(String data) {
    return new HttpEvents.Message("1", "connections", json(data));
  }

  static HttpEvents.Message totals() {
    return new HttpEvents.Message(
        "2",
        "totals",
        json(
            """
            {'totals':{'open':2,'usersConnected':2,'connections':120433,'octetsUp':1288490188,
             'octetsDown':35433480192,'refused':12,'refusedBy':{'rule':4,'authentication':8,'memory':0},
             'loopLagP99Micros':240,'loopLagMaxMicros':1300,'heap':47185920,'heapLimit':268435456,
             'descriptors':60,'descriptorLimit':1024,'bugs':0},
             'rates':{'octetsUp':1258291,'octetsDown':31457280,'opened':4.0},'topUsers':[]}
            """));
  }

  /** Two connections, of which the second has just moved. */
  static Model model() {
    Model model = new Model("127.0.0.1:8081");
    model.begin(
        status(),
        list(
            connection(7, "ana", "example.com", 1_000, 50_000),
            connection(8, "bob", "files.example.org", 0, 0)),
        NOW.minusMillis(1_000));
    model.told(
        connections("{'opened':[],'moved':[[8,2048,1048576,0]],'ended':[],'gone':[],'untold':0}"),
        NOW);
    model.told(totals(), NOW);
    return model;
  }
}
