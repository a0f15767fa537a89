package dev.argyle.cli;

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
      description = "Prints the version.")
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
            .description("Prints the version.")
            .build());
  }

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"argyle " + version()};
    }
  }

  /** The number alone. */
  static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "0 (not from a jar)" : version;
  }
}
