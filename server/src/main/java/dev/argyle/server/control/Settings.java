package dev.argyle.server.control;

/**
 * What can be changed while the server runs, as it is now.
 *
 * @param idleSeconds after which an idle connection is closed, rounded up; 0: never
 * @param selectorMillis how late a timeout may be noticed
 * @param bufferOctets a direction, for connections opened from now on
 * @param authentication false: NO AUTHENTICATION is admitted, switched off or configured so
 * @param dissectors whether credentials in clear text are looked for
 */
public record Settings(
    long idleSeconds,
    long selectorMillis,
    int bufferOctets,
    boolean authentication,
    boolean dissectors) {

  /** A day. */
  public static final long MAX_IDLE_SECONDS = 86_400;

  public static final long MIN_SELECTOR_MILLIS = 10;
  public static final long MAX_SELECTOR_MILLIS = 60_000;
  public static final int MIN_BUFFER_OCTETS = 4_096;
  public static final int MAX_BUFFER_OCTETS = 1_048_576;
}
