package dev.argyle.server.rule;

import dev.argyle.server.config.Countries;
import dev.argyle.server.config.RuleLine;
import dev.argyle.server.config.RuleLine.Target;
import dev.argyle.server.list.CountryCode;
import dev.argyle.server.list.NamedList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Which rules name which countries. An address is looked up once for a question, however many rules
 * and countries there are, and not at all where no rule names one. What is closed by default is in
 * no country, whatever the database says: a rule opens it by its very address alone.
 */
final class ByCountry {

  private static final RuleSet NO_RULES = new RuleSet();
  private static final ByCountry NOTHING = new ByCountry(null, new RuleSet[0]);

  private final @Nullable NamedList database; // null: no rule names a country
  private final RuleSet[] rules; // by the number of a country

  private ByCountry(@Nullable NamedList database, RuleSet[] rules) {
    this.database = database;
    this.rules = rules;
  }

  /**
   * Of one condition of all rules.
   *
   * @throws IllegalArgumentException if a rule names a country, and there is no database
   */
  static ByCountry of(
      List<RuleLine> lines,
      Function<RuleLine, List<Target>> condition,
      Map<String, NamedList> lists) {
    ByCountry found = NOTHING;
    for (int rule = 0; rule < lines.size(); rule++) {
      for (Target target : condition.apply(lines.get(rule))) {
        if (target instanceof Target.Country(var code)) {
          if (found == NOTHING) {
            RuleSet[] rules = new RuleSet[CountryCode.END];
            Arrays.fill(rules, NO_RULES);
            found = new ByCountry(database(lists), rules);
          }
          found.add(CountryCode.number(code), rule);
        }
      }
    }
    return found;
  }

  private void add(int country, int rule) {
    if (rules[country] == NO_RULES) {
      rules[country] = new RuleSet();
    }
    rules[country].add(rule);
  }

  private static NamedList database(Map<String, NamedList> lists) {
    NamedList database = lists.get(Countries.NAME);
    if (database == null) {
      throw new IllegalArgumentException("there is no database of countries");
    }
    return database;
  }

  void addByAddress(Bits address, long[] matching) {
    if (database != null) {
      rules[country(address, database)].addTo(matching); // of NONE: no rules
    }
  }

  /** The code of the country that an address is in; null: in none, or no rule names one. */
  @Nullable String country(Bits address) {
    int country = database == null ? CountryCode.NONE : country(address, database);
    return country == CountryCode.NONE ? null : CountryCode.text(country);
  }

  /** Whether an address is in a country: slow, for people who ask why. */
  static boolean holds(String code, Bits address, Map<String, NamedList> lists) {
    return country(address, database(lists)) == CountryCode.number(code);
  }

  private static int country(Bits address, NamedList database) {
    return Closed.isClosed(address)
        ? CountryCode.NONE
        : database.country(address.width(), address.high(), address.low());
  }
}
