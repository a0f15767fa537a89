package dev.argyle.server.config;

import static dev.argyle.server.config.ReadText.problems;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.config.NameList.Refresh;
import dev.argyle.server.config.RuleLine.Target;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Countries in the configuration. */
@Tag("unit")
class CountriesTest {

  @Test
  void aDatabaseAndTheRulesThatNameCountriesAreRead() {
    Read read =
        ConfigurationReader.read(
            "argyle.yaml",
            """
            countries: { file: country.mmdb, refresh: on-reload }
            rules:
              - { allow: false, to: ["country:de", "COUNTRY:FR", a.example], from: ["country:XK"] }
            """);
    Configuration configuration = ((Read.Ok) read).configuration();
    assertThat(configuration.countries())
        .isEqualTo(new Countries("country.mmdb", Refresh.ON_RELOAD));
    assertThat(configuration.listFiles())
        .containsEntry(
            Countries.NAME,
            new NameList("country.mmdb", NameList.Format.COUNTRIES, Refresh.ON_RELOAD));
    RuleLine rule = configuration.rules().getFirst();
    assertThat(rule.to())
        .containsExactly(
            new Target.Country("DE"), new Target.Country("FR"), new Target.Host("a.example"));
    assertThat(rule.from()).containsExactly(new Target.Country("XK"));
    assertThat(ConfigurationPrinter.print(rule)).contains("\"country:DE\", \"country:FR\"");
  }

  @Test
  void withoutADatabaseTheRuleIsToldWhatItNeeds() {
    assertThat(problems("rules:\n  - { allow: false, to: [\"country:DE\"] }\n"))
        .containsExactly(
            "argyle.yaml:2:1: rules[0].to[0]: \"country:DE\" needs a database of countries; name its"
                + " file as countries.file");
    assertThat(problems("rules: [{ allow: false, from: [\"country:DE\"] }]")).hasSize(1);
    assertThat(Configuration.defaults().listFiles()).isEmpty();
  }

  @Test
  void whatIsNoCountryIsRefusedWithAdvice() {
    for (String wrong :
        List.of("country:XX", "country:DEU", "country:", "country:D", "country:*")) {
      assertThat(problems("rules: [{ allow: false, to: [\"" + wrong + "\"] }]"))
          .singleElement()
          .asString()
          .endsWith(
              "\""
                  + wrong
                  + "\" is not a country; write its two letters of ISO 3166, as country:DE");
    }
    assertThat(problems("rules: [{ allow: false, from: [\"country:UK\"] }]"))
        .singleElement()
        .asString()
        .endsWith("as country:DE; the United Kingdom is country:GB");
  }

  @Test
  void aListCannotBeADatabaseOfCountriesNorHaveItsName() {
    assertThat(problems("lists: { world: { file: x, format: countries } }"))
        .singleElement()
        .asString()
        .contains("\"countries\" is not one of hosts, domains, networks");
    assertThat(problems("lists: { \"country:*\": { file: x } }")).hasSize(1);
  }
}
