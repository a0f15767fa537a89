package dev.argyle.server.net;

/** The bounds of a short round of a {@link LoopTurns}, for tests of other rooms. */
public final class ShortRounds {

  /** What a turn moves at most while rounds are short. */
  public static final int LARGEST_SHARE_OCTETS = RoundLength.LARGEST_SHARE_OCTETS;

  private ShortRounds() {}
}
