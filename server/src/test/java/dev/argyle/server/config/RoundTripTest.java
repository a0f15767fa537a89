package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tag;

@Tag("property")
class RoundTripTest {

  @Property(tries = 300)
  void whatIsPrintedReadsBackAsTheSame(@ForAll("configurations") Configuration configuration) {
    String printed = ConfigurationPrinter.print(configuration);
    assertThat(withoutLines(read(printed))).as("%s", printed).isEqualTo(configuration);
    assertThat(ConfigurationPrinter.print(read(printed))).isEqualTo(printed);
  }

  @Property(tries = 300)
  void noTextMakesTheReaderThrow(@ForAll("damaged") String text) {
    assertThat(ConfigurationReader.read("argyle.yaml", text)).isNotNull();
  }

  private static Configuration read(String text) {
    return switch (ConfigurationReader.read("argyle.yaml", text)) {
      case Read.Ok(Configuration configuration, _) -> configuration;
      case Read.Wrong(List<ConfigProblem> problems) -> throw new AssertionError(problems + text);
    };
  }

  private static Configuration withoutLines(Configuration read) {
    List<RuleLine> rules =
        read.rules().stream()
            .map(
                r ->
                    new RuleLine(
                        r.allow(),
                        r.users(),
                        r.from(),
                        r.commands(),
                        r.to(),
                        r.ports(),
                        r.source(),
                        r.egress(),
                        ""))
            .toList();
    return new Configuration(
        read.socks(),
        rules,
        read.lists(),
        read.countries(),
        read.plans(),
        read.egress(),
        read.dns(),
        read.dissectors(),
        read.management(),
        read.accounts(),
        read.log(),
        read.history());
  }

  @Provide
  Arbitrary<Configuration> configurations() {
    return Arbitraries.fromGenerator(
        random ->
            net.jqwik.api.Shrinkable.unshrinkable(new AnyConfiguration(random).configuration()));
  }

  /** Printed configurations with a few characters changed. */
  @Provide
  Arbitrary<String> damaged() {
    return Arbitraries.fromGenerator(
        random -> {
          StringBuilder text =
              new StringBuilder(
                  ConfigurationPrinter.print(new AnyConfiguration(random).configuration()));
          for (int i = random.nextInt(4); i >= 0; i--) {
            int at = random.nextInt(text.length());
            String other =
                new String[] {"[", "}", "\n", ":", "&a ", "*a ", "\t", "\ud800", "\"", "-"}
                    [random.nextInt(10)];
            text.replace(at, at + random.nextInt(2), other);
          }
          return net.jqwik.api.Shrinkable.unshrinkable(text.toString());
        });
  }
}
