package dev.argyle.server.telemetry;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Why a client was closed at accept, or its request refused for want of a place. */
public enum Refusal {
  TOO_MANY("too-many", Counter.REFUSED_TOO_MANY),
  EARLY_DROP("early-drop", Counter.REFUSED_EARLY_DROP),
  SOURCE_TOO_MANY("too-many-of-source", Counter.REFUSED_SOURCE_TOO_MANY),
  USER_TOO_MANY("too-many-of-user", Counter.REFUSED_USER_TOO_MANY),
  ACCOUNT_EXPIRED("account-expired", Counter.REFUSED_ACCOUNT_EXPIRED),
  ACCOUNT_HOURS("account-hours", Counter.REFUSED_ACCOUNT_HOURS),
  ACCOUNT_FROM("account-from", Counter.REFUSED_ACCOUNT_FROM),
  ACCOUNT_FULL("account-full", Counter.REFUSED_ACCOUNT_FULL),
  ACCOUNT_OPENS("account-opens", Counter.REFUSED_ACCOUNT_OPENS),
  ACCOUNT_QUOTA("account-quota", Counter.REFUSED_ACCOUNT_QUOTA),
  SOURCE_EARLY_DROP("early-drop-of-source", Counter.REFUSED_SOURCE_EARLY_DROP),
  PENALISED("penalised", Counter.REFUSED_PENALISED);

  private final String word;
  private final Counter counter;

  Refusal(String word, Counter counter) {
    this.word = word;
    this.counter = counter;
  }

  /** Why a request was refused for its account's sake; null: it was for another reason. */
  public static @Nullable Refusal of(EndReason why) {
    for (Refusal refusal :
        List.of(
            ACCOUNT_EXPIRED,
            ACCOUNT_HOURS,
            ACCOUNT_FROM,
            ACCOUNT_FULL,
            ACCOUNT_OPENS,
            ACCOUNT_QUOTA)) {
      if (refusal.word.equals(why.word())) {
        return refusal;
      }
    }
    return null;
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
