package dev.argyle.cli.migrate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The lines of 3proxy.cfg that wait for a service, which takes what counts when its line comes.
 * Those that no service of SOCKS takes are named.
 */
final class ThreeProxyPending {

  private final Translation out;
  private final Map<String, Statement> settings = new LinkedHashMap<>();
  private final List<Statement> lines = new ArrayList<>();

  ThreeProxyPending(Translation out) {
    this.out = out;
  }

  /** A line that replaces what was said of the same thing. */
  void setting(String what, Statement place) {
    out.translated(place);
    Statement before = settings.put(what, place);
    if (before != null) {
      out.unneeded(before, "replaced in line " + place.line() + " before a socks service");
    }
  }

  /** A line of the access list, whose note, if it has one, was made. */
  void listed(Statement place) {
    lines.add(place);
  }

  void flushed(Statement place) {
    for (Statement line : lines) {
      out.unneeded(line, "flushed in line " + place.line() + " before a socks service");
    }
    lines.clear();
    setting("flush", place);
  }

  /** A service has taken all of them. */
  void taken() {
    settings.clear();
    lines.clear();
  }

  /** A service that could not be translated has taken all of them. */
  void takenByAnother(Statement service) {
    all().forEach(place -> out.left(place, "is for the service in line " + service.line()));
    taken();
  }

  /** No service comes any more. */
  void finish() {
    all().forEach(place -> out.unneeded(place, "no translated socks service comes behind it"));
    taken();
  }

  private List<Statement> all() {
    List<Statement> all = new ArrayList<>(settings.values());
    all.addAll(lines);
    return all;
  }
}
