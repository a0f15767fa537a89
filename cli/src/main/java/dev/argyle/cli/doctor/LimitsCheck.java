package dev.argyle.cli.doctor;

import dev.argyle.server.DescriptorNeed;
import dev.argyle.server.config.Socks;
import dev.argyle.server.net.ProcessLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** What the system lets a server have. */
final class LimitsCheck {

  /** Linux's own default (fs/pipe.c, PIPE_DEF_BUFFERS * INR_OPEN_CUR). */
  static final long USUAL_PIPE_PAGES = 16_384;

  /** A pipe of 64 KiB; the server leaves a fourth of the quota to the user's other programs. */
  private static final int PAGES_OF_A_PIPE = 16;

  private static final double PART_OF_QUOTA = 0.75;

  private LimitsCheck() {}

  /** Of the server if it runs and may be looked at, else of a server that was started like this. */
  static void descriptors(Findings findings, Socks socks, RunningServer server, Path proc) {
    int limit = -1;
    String whose = "a server started from here";
    if (server.pid() != 0) {
      try {
        limit = ProcessLimits.descriptors(Files.readString(proc.resolve(server.pid() + "/limits")));
        whose = "the running server";
      } catch (IOException notOurs) {
        limit = -1;
      }
    }
    descriptors(findings, socks, limit < 0 ? ProcessLimits.descriptors() : limit, whose);
  }

  static void descriptors(Findings findings, Socks socks, int limit, String whose) {
    String warning = DescriptorNeed.warning(socks.maxConnections(), limit);
    if (warning == null) {
      String most = limit == Integer.MAX_VALUE ? "any number of" : Integer.toString(limit);
      findings.ok(
          whose
              + " may open "
              + most
              + " files, enough for socks.max-connections: "
              + socks.maxConnections());
    } else {
      int advice = warning.indexOf("; ");
      findings.warn(
          warning.substring(0, advice).replace("this process", whose),
          warning.substring(advice + 2));
    }
  }

  static void pipes(Findings findings, Path proc) {
    Long pages = pages(proc);
    if (pages == null) {
      findings.ok("the quota of pipes is not known: no " + proc + "/sys/fs here");
      return;
    }
    if (pages == 0) {
      findings.ok("a user's pipes have no quota");
      return;
    }
    String words =
        "a user's pipes may hold "
            + pages
            + " pages, enough for about "
            + (long) (pages * PART_OF_QUOTA) / PAGES_OF_A_PIPE
            + " streams that are spliced at one instant; others are copied, which takes more CPU";
    if (pages >= USUAL_PIPE_PAGES) {
      findings.ok(words);
    } else {
      findings.warn(
          words,
          "sysctl -w fs.pipe-user-pages-soft="
              + USUAL_PIPE_PAGES
              + ", and the same in a file in /etc/sysctl.d");
    }
  }

  private static @Nullable Long pages(Path proc) {
    try {
      return Long.valueOf(
          Files.readAllLines(proc.resolve("sys/fs/pipe-user-pages-soft")).getFirst().strip());
    } catch (IOException | RuntimeException unknown) {
      return null;
    }
  }
}
