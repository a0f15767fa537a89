package dev.argyle.server.systemd;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Listening sockets that systemd has opened for this process (sd_listen_fds(3)). */
public final class ActivatedSockets {

  /** SD_LISTEN_FDS_START. */
  static final int FIRST = 3;

  /** More of them is a mistake: a loop has one at most, and a unit names each. */
  static final int MOST = 256;

  /** FileDescriptorName= of the unit. */
  public static final String NAME = "socks";

  /** As systemd calls those whose unit gives no name: after the unit, or so. */
  private static final Set<String> UNNAMED = Set.of("", "unknown", "argyle.socket");

  private ActivatedSockets() {}

  /**
   * The descriptors of those of this process, in the order of the unit; none: listeners are to be
   * opened.
   *
   * @throws IllegalArgumentException if the variables are wrong, or one is for something else; the
   *     message says what to do
   */
  public static List<Integer> ofThisProcess() {
    return System.getenv("LISTEN_FDS") == null
        ? List.of()
        : of(System.getenv(), ProcessHandle.current().pid());
  }

  static List<Integer> of(Map<String, String> environment, long pid) {
    String count = environment.getOrDefault("LISTEN_FDS", "");
    if (count.isEmpty() || !environment.getOrDefault("LISTEN_PID", "").equals(Long.toString(pid))) {
      return List.of(); // they are another process's, of which we have inherited the variables
    }
    String[] names = environment.getOrDefault("LISTEN_FDNAMES", "").split(":", -1);
    List<Integer> descriptors = new ArrayList<>();
    for (int i = 0; i < number(count); i++) {
      String name = i < names.length ? names[i] : "";
      if (!name.equals(NAME) && !UNNAMED.contains(name)) {
        throw new IllegalArgumentException(
            "LISTEN_FDNAMES: a socket is named \""
                + name
                + "\", and only SOCKS listeners are taken from systemd; set FileDescriptorName="
                + NAME
                + " in the socket unit, or remove it");
      }
      descriptors.add(FIRST + i);
    }
    return descriptors;
  }

  private static int number(String count) {
    try {
      int number = Integer.parseInt(count);
      if (number >= 0 && number <= MOST) {
        return number;
      }
    } catch (NumberFormatException wrong) {
      throw wrongCount(count);
    }
    throw wrongCount(count);
  }

  private static IllegalArgumentException wrongCount(String count) {
    return new IllegalArgumentException(
        "LISTEN_FDS: must be a number from 0 to " + MOST + ", not \"" + count + "\"");
  }
}
