package dev.argyle.cli.door;

import static dev.argyle.cli.door.Protocol.BOTTLER;
import static dev.argyle.cli.door.Protocol.FEED;
import static dev.argyle.cli.door.Protocol.HTTP;
import static dev.argyle.cli.door.Protocol.MASS;

import java.util.Set;

/**
 * What can be asked of a running server: the words of the command line, and the protocols that have
 * a request for it.
 */
public enum Operation {
  STATUS("status", HTTP, BOTTLER),
  INDEXES("indexes", MASS),
  USERS("users", HTTP, FEED, MASS, BOTTLER),
  ADD_USER("user add", HTTP, FEED, MASS, BOTTLER),
  REMOVE_USER("user remove", HTTP, FEED, MASS, BOTTLER),
  RENAME_USER("user rename", HTTP, BOTTLER),
  SET_PASSWORD("user password", HTTP, BOTTLER),
  ENABLE_USER("user enable|disable", HTTP),
  SHOW_USER("user show", HTTP),
  SET_ATTRIBUTES("user set", HTTP),
  LAST_CONNECTION("user last-connection", HTTP, BOTTLER),
  CONNECTIONS("connections", HTTP, FEED),
  HISTORY("history", HTTP, FEED),
  SEARCH_HISTORY("history with a filter", HTTP),
  KILL("kill", HTTP),
  MALFORMED("malformed", HTTP),
  PENALTIES("penalties", HTTP),
  FORGIVE("penalties --forgive", HTTP),
  METRICS("metrics", HTTP, FEED, MASS, BOTTLER),
  TIMEOUT("timeout", HTTP, FEED, BOTTLER),
  SET_TIMEOUT("timeout DURATION", HTTP, FEED, BOTTLER),
  SELECTOR_TIMEOUT("selector-timeout", HTTP, FEED),
  SET_SELECTOR_TIMEOUT("selector-timeout DURATION", HTTP, FEED),
  BUFFER_SIZE("buffer-size", HTTP, BOTTLER),
  SET_BUFFER_SIZE("buffer-size SIZE", HTTP, BOTTLER),
  DISSECTORS("dissectors", HTTP, BOTTLER),
  SWITCH_DISSECTORS("dissectors on|off", HTTP, FEED, MASS, BOTTLER),
  AUTHENTICATION("authentication", HTTP, BOTTLER),
  SWITCH_AUTHENTICATION("authentication on|off", HTTP, MASS, BOTTLER),
  START("start", HTTP, BOTTLER),
  STOP("stop", HTTP, BOTTLER),
  RESET("reset", HTTP, BOTTLER),
  DRAIN("drain", HTTP);

  private final String words;
  private final Set<Protocol> protocols;

  Operation(String words, Protocol... protocols) {
    this.words = words;
    this.protocols = Set.of(protocols);
  }

  Set<Protocol> protocols() {
    return protocols;
  }

  /** As on the command line. */
  public String words() {
    return words;
  }
}
