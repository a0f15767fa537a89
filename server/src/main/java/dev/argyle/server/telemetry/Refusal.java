package dev.argyle.server.telemetry;

/** Why a client was closed at accept, or its request refused for want of a place. */
public enum Refusal {
  TOO_MANY("too-many", Counter.REFUSED_TOO_MANY),
  EARLY_DROP("early-drop", Counter.REFUSED_EARLY_DROP),
  SOURCE_TOO_MANY("too-many-of-source", Counter.REFUSED_SOURCE_TOO_MANY),
  USER_TOO_MANY("too-many-of-user", Counter.REFUSED_USER_TOO_MANY),
  SOURCE_EARLY_DROP("early-drop-of-source", Counter.REFUSED_SOURCE_EARLY_DROP),
  PENALISED("penalised", Counter.REFUSED_PENALISED);

  private final String word;
  private final Counter counter;

  Refusal(String word, Counter counter) {
    this.word = word;
    this.counter = counter;
  }

  /** As the security log writes it. */
  public String word() {
    return word;
  }

  /** The counter of such clients. */
  public Counter counter() {
    return counter;
  }
}
