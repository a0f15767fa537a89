package dev.argyle.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Option;

/** {@code -h} and {@code -v}, for every command. */
@Command(
    versionProvider = HelpOptions.Version.class,
    sortOptions = false,
    usageHelpAutoWidth = false,
    usageHelpWidth = 100)
@SuppressWarnings("UnusedVariable") // picocli reads them
final class HelpOptions {

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

  /** The version in the jar's manifest. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {"argyle " + (version == null ? "0 (not from a jar)" : version)};
    }
  }
}
