package dev.argyle.server.config;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A whole configuration, every default filled in. Immutable: reading the file makes another one.
 */
public record Configuration(
    Socks socks,
    List<RuleLine> rules,
    Map<String, NameList> lists,
    Countries countries,
    Map<String, Attributes> plans,
    Map<String, EgressSettings> egress,
    Dns dns,
    Dissectors dissectors,
    Management management,
    Accounts accounts,
    Log log,
    Retention history) {

  public Configuration {
    rules = List.copyOf(rules);
    lists = Map.copyOf(lists);
    plans = Map.copyOf(plans);
    egress = Map.copyOf(egress);
  }

  /** Every file that rules go by, by name: the lists, and the database of countries. */
  public Map<String, NameList> listFiles() {
    if (countries.file() == null) {
      return lists;
    }
    Map<String, NameList> all = new HashMap<>(lists);
    all.put(
        Countries.NAME,
        new NameList(countries.file(), NameList.Format.COUNTRIES, countries.refresh()));
    return all;
  }

  /** What is in effect without a file. */
  public static Configuration defaults() {
    return Keys.ALL.record(Keys.ALL.defaults());
  }
}
