package dev.argyle.cli.shell;

import static java.util.stream.Collectors.joining;

import java.util.Arrays;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The completion script for bash, 3.2 or newer: two tables of the commands, and a function that
 * looks up in them. It needs nothing of the package bash-completion.
 */
public final class BashScript {

  private static final String FUNCTION =
      """

      _argyle() {
        local IFS=$' \\t\\n' path=argyle count=0 option='' glued='' words=() word last i
        local commands options valued values='' breaks='^[:=@]+$'
        # host:port and --option=value come in pieces (COMP_WORDBREAKS)
        for ((i = 1; i <= COMP_CWORD; i++)); do
          word=${COMP_WORDS[i]}
          if [[ ${#words[@]} -gt 0 && ($word =~ $breaks || $glued) ]]; then
            words[${#words[@]} - 1]+=$word
            [[ $word =~ $breaks ]] && glued=1 || glued=''
          else
            words+=("$word")
          fi
        done
        last=$word
        [[ $last =~ $breaks ]] && last=''
        _argyle_command "$path"
        for ((i = 0; i < ${#words[@]} - 1; i++)); do
          word=${words[i]}
          if [[ $option ]]; then
            option=''
          elif [[ " $valued " == *" $word "* ]]; then
            option=$word
          elif [[ $word == -* ]]; then
            :
          elif [[ " $commands " == *" $word "* ]]; then
            path+=" $word" count=0
            _argyle_command "$path"
          else
            count=$((count + 1))
          fi
        done
        word=${words[${#words[@]} - 1]}
        if [[ $option ]]; then
          _argyle_values "$path $option"
        elif [[ $word == --*=* ]]; then
          _argyle_values "$path ${word%%=*}"
          word=${word#*=}
        elif [[ $word == -* ]]; then
          values=$options
        elif [[ $commands ]]; then
          values=$commands
        else
          _argyle_values "$path $((count + 1))"
          [[ $values ]] || _argyle_values "$path *"
          [[ $values ]] || values=$options
        fi
        COMPREPLY=()
        case $values in
          :nothing) ;;
          :files | :folders)
            compopt -o filenames 2>/dev/null
            IFS=$'\\n'
            if [[ $values == :files ]]; then
              COMPREPLY=($(compgen -f -- "$word"))
            else
              COMPREPLY=($(compgen -d -- "$word"))
            fi
            COMPREPLY=("${COMPREPLY[@]#"${word%"$last"}"}")
            ;;
          :several*)
            [[ $word == *,* ]] && i=${word%,*}, || i=''
            COMPREPLY=($(compgen -P "$i" -W "${values#:several }" -- "${word##*,}"))
            compopt -o nospace 2>/dev/null
            ;;
          *) COMPREPLY=($(compgen -W "$values" -- "$word")) ;;
        esac
      }

      complete -F _argyle argyle
      """;

  private BashScript() {}

  /**
   * The script.
   *
   * @param root {@code argyle}, with all commands
   */
  public static String of(CommandSpec root) {
    StringBuilder out = new StringBuilder();
    out.append("# Completion of argyle in bash, as argyle completion bash prints it.\n\n");
    out.append("# What may follow the command $1.\n");
    out.append("_argyle_command() {\n  commands='' options='' valued=''\n  case $1 in\n");
    List<CommandSpec> all = Commands.all(root);
    all.forEach(command -> out.append(command(command)));
    out.append("  esac\n}\n\n");
    out.append(
        "# The values of an option, or of an argument by its number: $1 is COMMAND OPTION.\n");
    out.append("_argyle_values() {\n  case $1 in\n");
    all.forEach(command -> out.append(values(command)));
    out.append("  esac\n}\n");
    return out.append(FUNCTION).toString();
  }

  private static String command(CommandSpec command) {
    List<OptionSpec> options = Commands.options(command);
    StringBuilder out = new StringBuilder();
    out.append("    '").append(command.qualifiedName()).append("')\n");
    if (!command.subcommands().isEmpty()) {
      line(out, "commands", String.join(" ", command.subcommands().keySet()));
    }
    line(out, "options", names(options));
    List<OptionSpec> valued = options.stream().filter(Commands::takesValue).toList();
    if (!valued.isEmpty()) {
      line(out, "valued", names(valued));
    }
    return out.append("      ;;\n").toString();
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append("      ").append(name).append("='").append(value).append("'\n");
  }

  private static String names(List<OptionSpec> options) {
    return options.stream().flatMap(option -> Arrays.stream(option.names())).collect(joining(" "));
  }

  private static String values(CommandSpec command) {
    StringBuilder out = new StringBuilder();
    for (OptionSpec option : Commands.options(command)) {
      if (Commands.takesValue(option)) {
        out.append(row(command, List.of(option.names()), Offer.of(option)));
      }
    }
    if (command.subcommands().isEmpty()) {
      for (PositionalParamSpec argument : command.positionalParameters()) {
        boolean rest = argument.index().max() == Integer.MAX_VALUE;
        String number = rest ? "*" : String.valueOf(argument.index().min() + 1);
        out.append(row(command, List.of(number), Offer.of(argument)));
      }
    }
    return out.toString();
  }

  private static String row(CommandSpec command, List<String> names, Offer offer) {
    String patterns =
        names.stream()
            .map(name -> "'" + command.qualifiedName() + " " + name + "'")
            .collect(joining(" | "));
    String values =
        switch (offer) {
          case Offer.Nothing() -> ":nothing";
          case Offer.Files() -> ":files";
          case Offer.Folders() -> ":folders";
          case Offer.Words(List<String> words) -> String.join(" ", words);
          case Offer.Several(List<String> words) -> ":several " + String.join(" ", words);
        };
    return "    " + patterns + ") values='" + values + "' ;;\n";
  }
}
