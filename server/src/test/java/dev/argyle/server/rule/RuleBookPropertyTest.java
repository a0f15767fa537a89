package dev.argyle.server.rule;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.Network;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.config.Socks.PortRange;
import dev.argyle.server.list.NamedList;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

/** The compiled rules against {@link PlainEvaluation}, thousands of random times. */
@Tag("property")
class RuleBookPropertyTest {

  private static final List<String> ADDRESSES =
      List.of(
          "10.0.0.1",
          "10.0.1.1",
          "127.0.0.1",
          "169.254.169.254",
          "0.0.0.0",
          "224.0.0.1",
          "255.255.255.255",
          "::",
          "::1",
          "fe80::1",
          "ff02::1",
          "2001:db8::1",
          "2001:db8:8000::1",
          "::ffff:10.0.0.1",
          "::ffff:127.0.0.1",
          "::10.0.0.1",
          "::ffff:0:10.0.1.1",
          "64:ff9b::10.0.0.1",
          "64:ff9b::127.0.0.1",
          "64:ff9b:1::10.0.1.1",
          "2002:a00:1::1",
          "2002:7f00:1::1",
          "2001::f5ff:fffe",
          "2001::80ff:fffe");
  private static final List<String> NAMES =
      List.of("org", "example.org", "a.example.org", "b.a.example.org", "notexample.org", "com");

  /** What stands in the lists, written out. */
  private static final Map<String, List<Target>> WRITTEN_OUT =
      Map.of(
          "names",
          List.of(
              new Target.Host("a.example.org"),
              new Target.Suffix("a.example.org"),
              new Target.Suffix("com")),
          "nets",
          Stream.of("10.0.0.0/24", "127.0.0.0/8", "2001:db8::/33", "64:ff9b::/96", "fe80::/10")
              .<Target>map(text -> new Target.Addresses(Network.parse(text)))
              .toList());

  private static final Map<String, NamedList> LISTS = lists();

  /** What is in a country, written out: nothing that is closed by default, see {@link #lists}. */
  private static final List<Target> IN_GERMANY =
      Stream.of("10.0.1.0/24", "2001:db8:8000::/33", "64:ff9b::/96")
          .<Target>map(text -> new Target.Addresses(Network.parse(text)))
          .toList();

  private static Map<String, NamedList> lists() {
    Map<String, NamedList> all = new HashMap<>();
    all.putAll(
        ListFiles.lists(
            Map.of(
                "names", "a.example.org\n*.com\n",
                "nets", "127.0.0.0/8\n10.0.0.0/24\n2001:db8::/33\n64:ff9b::/96\nfe80::/10\n")));
    all.putAll(
        ListFiles.countries(
            "10.0.0.0/24 FR",
            "10.0.1.0/24 DE",
            "127.0.0.0/8 DE",
            "169.254.0.0/16 DE",
            "224.0.0.0/4 DE",
            "2001:db8:8000::/33 DE",
            "64:ff9b::/96 DE",
            "fe80::/10 DE"));
    return all;
  }

  private static final List<String> USERS = List.of("ana", "eva", "-");

  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  void theCompiledFormDecidesAsAPlainListDoes(
      @ForAll("rules") List<RuleLine> lines, @ForAll("questions") List<Question> questions) {
    RuleBook book = RuleBook.compile(lines, LISTS);
    List<RuleLine> writtenOut = lines.stream().map(RuleBookPropertyTest::writtenOut).toList();
    for (Question question : questions) {
      int rule = PlainEvaluation.first(writtenOut, question);
      boolean allowed =
          rule == 0 ? PlainEvaluation.openByDefault(question) : lines.get(rule - 1).allow();
      Decision decision = book.decide(question);
      assertThat(decision.rule()).as("%s", question).isEqualTo(rule);
      assertThat(decision.allowed()).as("%s", question).isEqualTo(allowed);
    }
  }

  @Property(tries = 2_000, edgeCases = EdgeCasesMode.NONE)
  void aNameThatIsDeniedBeforeItIsLookedUpIsDeniedWhateverItsAddressesAre(
      @ForAll("rules") List<RuleLine> lines, @ForAll("questions") List<Question> questions) {
    RuleBook book = RuleBook.compile(lines, LISTS);
    for (Question question : questions) {
      if (question.name() != null && book.decideName(question) != null) {
        assertThat(book.decide(question).allowed()).as("%s", question).isFalse();
      }
    }
  }

  @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
  void anExplanationHasOneFailedConditionForEveryRuleBeforeTheOneThatDecides(
      @ForAll("rules") List<RuleLine> lines, @ForAll("questions") List<Question> questions) {
    RuleBook book = RuleBook.compile(lines, LISTS);
    for (Question question : questions) {
      Explanation explanation = book.explain(question);
      int rule = explanation.decision().rule();
      assertThat(explanation.decision()).isEqualTo(book.decide(question));
      assertThat(explanation.missed()).hasSize(rule == 0 ? lines.size() : rule - 1);
      if (rule != 0) {
        assertThat(new PlainRule(lines.get(rule - 1), LISTS).missed(Asked.of(question))).isNull();
      }
    }
  }

  private static RuleLine writtenOut(RuleLine line) {
    return new RuleLine(
        line.allow(),
        line.users(),
        writtenOut(line.from()),
        line.commands(),
        writtenOut(line.to()),
        line.ports(),
        line.source(),
        line.egress(),
        line.place());
  }

  private static List<Target> writtenOut(List<Target> targets) {
    return targets.stream()
        .flatMap(
            target ->
                switch (target) {
                  case Target.Listed(String list) ->
                      WRITTEN_OUT.getOrDefault(list, List.of()).stream();
                  case Target.Country _ -> IN_GERMANY.stream();
                  default -> Stream.of(target);
                })
        .toList();
  }

  @Provide
  Arbitrary<List<RuleLine>> rules() {
    Arbitrary<RuleLine> rule =
        Combinators.combine(
                Arbitraries.of(true, false),
                Arbitraries.of(USERS).set().ofMaxSize(2),
                clients().list().ofMaxSize(2),
                Arbitraries.of(Command.class).set().ofMaxSize(2),
                targets().list().ofMaxSize(4),
                ranges().list().ofMaxSize(2))
            .as(
                (allow, users, from, commands, to, ports) ->
                    new RuleLine(allow, users, from, commands, to, ports, null, "argyle.yaml:1"));
    return Arbitraries.of(1, 5, 64, 65, 150)
        .flatMap(size -> rule.list().ofMinSize(size / 2).ofMaxSize(size));
  }

  @Provide
  Arbitrary<List<Question>> questions() {
    Arbitrary<String> name =
        Arbitraries.of(NAMES)
            .flatMap(n -> Arbitraries.of(n, n + ".", n.toUpperCase(java.util.Locale.ROOT)))
            .injectNull(0.3);
    return Combinators.combine(
            Arbitraries.of(USERS).injectNull(0.3),
            addresses(),
            Arbitraries.of(Command.class),
            name,
            addresses(),
            ports())
        .as(Question::new)
        .list()
        .ofSize(10);
  }

  private static Arbitrary<InetAddress> addresses() {
    return Arbitraries.of(ADDRESSES).map(Ask::ip);
  }

  private static Arbitrary<Integer> ports() {
    return Arbitraries.of(0, 1, 22, 80, 443, 1023, 1024, 32768, 65534, 65535);
  }

  private static Arbitrary<PortRange> ranges() {
    return Combinators.combine(ports().filter(port -> port > 0), ports().filter(port -> port > 0))
        .as((one, other) -> new PortRange(Math.min(one, other), Math.max(one, other)));
  }

  private static Arbitrary<Network> networks() {
    return Combinators.combine(
            addresses().map(Addresses::normalise), Arbitraries.doubles().between(0, 1))
        .as(
            (address, share) ->
                masked(address, (int) Math.round(share * address.getAddress().length * 8)));
  }

  private static Arbitrary<Target> clients() {
    return Arbitraries.oneOf(
        networks().map(Target.Addresses::new),
        Arbitraries.of(new Target.Listed("nets")),
        Arbitraries.of(new Target.Country("DE")));
  }

  private static Arbitrary<Target> targets() {
    return Arbitraries.oneOf(
        Arbitraries.of("names", "nets").map(Target.Listed::new),
        Arbitraries.of(new Target.Country("DE")),
        networks().map(Target.Addresses::new),
        Arbitraries.of(NAMES).map(Target.Host::new),
        Arbitraries.of(NAMES).map(Target.Suffix::new));
  }

  private static Network masked(InetAddress address, int prefix) {
    byte[] octets = address.getAddress();
    for (int bit = prefix; bit < octets.length * 8; bit++) {
      octets[bit / 8] &= (byte) ~(0x80 >> bit % 8);
    }
    try {
      return new Network(InetAddress.getByAddress(octets), prefix);
    } catch (UnknownHostException impossible) {
      throw new AssertionError(impossible);
    }
  }
}
