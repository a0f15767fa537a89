package dev.argyle.cli.doctor;

import java.util.ArrayList;
import java.util.List;

/** What was found so far about one thing. Belongs to one thread. */
final class Findings {

  private final String check;
  private final List<Finding> all;

  private Findings(String check, List<Finding> all) {
    this.check = check;
    this.all = all;
  }

  Findings() {
    this("", new ArrayList<>());
  }

  /** The same list, for what is found about this. */
  Findings of(String what) {
    return new Findings(what, all);
  }

  void ok(String words) {
    all.add(new Finding(Finding.Level.OK, check, words, null));
  }

  void warn(String words, String advice) {
    all.add(new Finding(Finding.Level.WARN, check, words, advice));
  }

  void fail(String words, String advice) {
    all.add(new Finding(Finding.Level.FAIL, check, words, advice));
  }

  /** A message of the server's own, which has its advice behind a semicolon. */
  void warn(String message) {
    warn(before(message), behind(message));
  }

  /** The same. */
  void fail(String message) {
    fail(before(message), behind(message));
  }

  private static String before(String message) {
    int semicolon = message.indexOf("; ");
    return semicolon < 0 ? message : message.substring(0, semicolon);
  }

  private static String behind(String message) {
    int semicolon = message.indexOf("; ");
    return semicolon < 0 ? "correct this" : message.substring(semicolon + 2);
  }

  List<Finding> all() {
    return List.copyOf(all);
  }
}
