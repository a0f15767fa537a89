package dev.argyle.cli.manual;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/** argyle(1) and argyle-serve(8), of what picocli knows of the commands. */
public final class CommandPages {

  private static final String EXIT_STATUS =
      """
      0 \tsuccess
      1 \tfailure: what was asked for could not be done, or what a command printed was not taken
      2 \twrong usage, or a wrong configuration
      """;

  private CommandPages() {}

  /** argyle(1): every command. */
  public static String argyle(CommandLine root, String date) {
    Roff page = new Roff("ARGYLE", 1, date, "User Commands");
    page.section("NAME").macro("argyle \\- run and manage a SOCKS 5 proxy server");
    page.section("SYNOPSIS");
    page.usage("argyle COMMAND [OPTION...] [ARGUMENT...]").usage("argyle [-h] [-v]");
    page.section("DESCRIPTION");
    page.text(
        "Argyle is a SOCKS 5 proxy server (RFC 1928, RFC 1929, RFC 1961) for people who run one for"
            + " others. This page describes the commands. The server itself is described in"
            + " **argyle-serve**(8), its configuration in **argyle.yaml**(5).");
    page.section("OPTIONS");
    page.paragraph("Every command has these options:");
    options(page, root.getCommandSpec(), true);
    page.section("COMMANDS");
    for (CommandLine command : root.getSubcommands().values()) {
      command(page, command);
    }
    page.section("\"EXIT STATUS\"");
    table(page, EXIT_STATUS);
    page.section("ENVIRONMENT");
    table(page, Texts.ENVIRONMENT);
    page.section("FILES");
    table(page, Texts.FILES);
    page.section("\"SEE ALSO\"").text("**argyle-serve**(8), **argyle.yaml**(5), **curl**(1)");
    return page.toString();
  }

  /** argyle-serve(8): the server. */
  public static String serve(CommandLine serve, String date) {
    Roff page = new Roff("ARGYLE\\-SERVE", 8, date, "System Manager's Manual");
    page.section("NAME").macro("argyle\\-serve \\- a SOCKS 5 proxy server");
    page.section("SYNOPSIS");
    synopsis(page, serve);
    page.section("DESCRIPTION");
    page.text(description(serve.getCommandSpec()));
    Texts.SERVE.lines().forEach(page::paragraph);
    page.section("OPTIONS");
    options(page, serve.getCommandSpec(), true);
    footer(page, serve.getCommandSpec());
    page.section("SIGNALS");
    table(page, Texts.SIGNALS);
    page.section("\"EXIT STATUS\"");
    table(page, EXIT_STATUS);
    page.section("ENVIRONMENT");
    table(page, Texts.ENVIRONMENT);
    page.section("FILES");
    table(page, Texts.FILES);
    page.section("EXAMPLES");
    page.paragraph("For clients on this machine, with or without an account:");
    page.block("argyle serve");
    page.paragraph("For a network, with accounts, without a configuration file:");
    page.block(
        """
        argyle users add ana --data /var/lib/argyle
        argyle serve -l 0.0.0.0 --authentication password --data /var/lib/argyle
        """);
    page.section("\"SEE ALSO\"").text("**argyle**(1), **argyle.yaml**(5), **systemd.service**(5)");
    return page.toString();
  }

  private static void command(Roff page, CommandLine command) {
    CommandSpec spec = command.getCommandSpec();
    page.subsection(spec.qualifiedName());
    synopsis(page, command);
    page.paragraph(description(spec));
    if (spec.name().equals("serve")) {
      page.text("See **argyle-serve**(8).");
      return;
    }
    arguments(page, spec);
    options(page, spec, false);
    footer(page, spec);
    for (CommandLine below : command.getSubcommands().values()) {
      command(page, below);
    }
  }

  /** Each way to call it begins with the command's name, however the help is laid out. */
  private static void synopsis(Roff page, CommandLine command) {
    String name = command.getCommandSpec().qualifiedName();
    List<String> ways = new ArrayList<>();
    for (String line : command.getHelp().synopsis(0).split("\\R")) {
      String words = line.strip().replaceAll("\\s+", " ");
      if (words.isEmpty()) {
        continue;
      }
      if (words.startsWith(name)) {
        ways.add(words);
      } else if (words.matches("[a-z].*")) { // another action of the same command
        ways.add(name + " " + words);
      } else {
        ways.set(ways.size() - 1, ways.getLast() + " " + words);
      }
    }
    ways.forEach(page::usage);
  }

  private static String description(CommandSpec spec) {
    return String.join(" ", spec.usageMessage().description());
  }

  private static void arguments(Roff page, CommandSpec spec) {
    if (!spec.subcommands().isEmpty()) {
      return;
    }
    for (PositionalParamSpec argument : spec.positionalParameters()) {
      item(page, Roff.usageMarks(argument.paramLabel()), argument);
    }
  }

  /**
   * The options.
   *
   * @param all also those of every command, and those of the command above
   */
  private static void options(Roff page, CommandSpec spec, boolean all) {
    spec.options().stream()
        .filter(option -> all || !(option.usageHelp() || option.versionHelp()))
        .filter(option -> all || !option.inherited())
        .sorted(Comparator.comparingInt(OptionSpec::order))
        .forEach(option -> item(page, tag(option), option));
  }

  private static String tag(OptionSpec option) {
    String names = String.join(", ", Arrays.stream(option.names()).map(Roff::bold).toList());
    return option.arity().max() == 0 ? names : names + " " + Roff.usageMarks(option.paramLabel());
  }

  private static void item(Roff page, String tag, ArgSpec argument) {
    String text = String.join(" ", argument.description());
    page.item(tag, text.replace("${DEFAULT-VALUE}", String.valueOf(argument.defaultValue())));
  }

  /** Lines of a paragraph lie together; an example has a paragraph of its own. */
  private static void footer(Roff page, CommandSpec spec) {
    StringBuilder text = new StringBuilder();
    for (String line : spec.usageMessage().footer()) {
      if (line.startsWith("Example: ")) {
        flush(page, text);
        page.paragraph("Example:").block(line.substring("Example: ".length()));
      } else if (line.isEmpty()) {
        flush(page, text);
      } else {
        text.append(line).append(' ');
      }
    }
    flush(page, text);
  }

  private static void flush(Roff page, StringBuilder text) {
    if (!text.isEmpty()) {
      page.paragraph(text.toString());
      text.setLength(0);
    }
  }

  /** Lines of a tag, a tab and a text. */
  private static void table(Roff page, String lines) {
    for (String line : lines.lines().toList()) {
      String[] parts = line.split("\t", 2);
      String tag = parts[0].strip();
      boolean typed = !tag.equals(tag.toUpperCase(Locale.ROOT)) || tag.matches("[0-9].*|SIG.*");
      page.item(typed || tag.startsWith("$") ? Roff.bold(tag) : Roff.usageMarks(tag), parts[1]);
    }
  }
}
