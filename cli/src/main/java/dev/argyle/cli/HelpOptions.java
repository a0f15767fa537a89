package dev.argyle.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;

/**
 * {@code -h} and {@code -v}, for every command. For a command that is described by annotations it
 * is a mixin; {@link #addTo} is for one that is not, and a test compares the two.
 */
@Command(
    versionProvider = HelpOptions.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = false,
    usageHelpWidth = HelpOptions.WIDTH)
@SuppressWarnings("UnusedVariable") // picocli reads them
final class HelpOptions {

  static final int WIDTH = 100;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      order = 1000,
      description = "Prints this help.")
  private boolean help;

  @Option(
      names = {"-v", "--version"},
      versionHelp = true,
      order = 1001,
      description = "Prints version, commit and Java, in one line.")
  private boolean version;

  /** Adds the same without annotations, whose reading takes a start some 100 ms. */
  static void addTo(CommandSpec spec) {
    spec.versionProvider(new Version());
    spec.usageMessage().sortOptions(false).autoWidth(false).width(WIDTH);
    spec.addOption(
        OptionSpec.builder("-h", "--help")
            .type(boolean.class)
            .usageHelp(true)
            .order(1000)
            .description("Prints this help.")
            .build());
    spec.addOption(
        OptionSpec.builder("-v", "--version")
            .type(boolean.class)
            .versionHelp(true)
            .order(1001)
            .description("Prints version, commit and Java, in one line.")
            .build());
  }

  /**
   * One line: the version in the jar's manifest (0: not from a jar), the commit that it was built
   * from, and the Java that it runs on.
   */
  static final class Version implements IVersionProvider {

    private static final String UNKNOWN = "unknown";

    @Override
    public String[] getVersion() {
      String java = System.getProperty("java.version");
      return new String[] {"argyle " + version() + " (commit " + commit() + ", Java " + java + ")"};
    }

    /** As the build has written it (src/main/filtered, argyle.commit in the pom). */
    private static String commit() {
      try (InputStream in = HelpOptions.class.getResourceAsStream("commit.txt")) {
        String commit =
            in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        return commit.matches("[0-9a-f]{7,40}(-dirty)?") ? commit : UNKNOWN;
      } catch (IOException unreadable) {
        return UNKNOWN;
      }
    }
  }

  /** The number alone; 0: not from a jar. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "0" : version;
  }
}
