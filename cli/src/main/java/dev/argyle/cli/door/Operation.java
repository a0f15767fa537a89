package dev.argyle.cli.door;

/** What can be asked of a running server; its words are those of the command line. */
public enum Operation {
  STATUS("status"),
  INDEXES("indexes"),
  USERS("users"),
  ADD_USER("user add"),
  REMOVE_USER("user remove"),
  RENAME_USER("user rename"),
  SET_PASSWORD("user password"),
  LAST_CONNECTION("user last-connection"),
  CONNECTIONS("connections"),
  HISTORY("history"),
  KILL("kill"),
  MALFORMED("malformed"),
  METRICS("metrics"),
  TIMEOUT("timeout"),
  SET_TIMEOUT("timeout DURATION"),
  SELECTOR_TIMEOUT("selector-timeout"),
  SET_SELECTOR_TIMEOUT("selector-timeout DURATION"),
  BUFFER_SIZE("buffer-size"),
  SET_BUFFER_SIZE("buffer-size SIZE"),
  DISSECTORS("dissectors"),
  SWITCH_DISSECTORS("dissectors on|off"),
  AUTHENTICATION("authentication"),
  SWITCH_AUTHENTICATION("authentication on|off"),
  START("start"),
  STOP("stop"),
  RESET("reset");

  private final String words;

  Operation(String words) {
    this.words = words;
  }

  /** As on the command line. */
  public String words() {
    return words;
  }
}
