package dev.argyle.cli;

import java.util.List;
import picocli.CommandLine.Help;
import picocli.CommandLine.Help.Ansi.IStyle;
import picocli.CommandLine.Help.Ansi.Text;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;

/** Help that writes options as they are typed, {@code -p PORT}; picocli has {@code -p=PORT}. */
final class PlainHelp extends Help {

  PlainHelp(CommandSpec spec, ColorScheme colours) {
    super(spec, colours);
  }

  @Override
  public IParamLabelRenderer parameterLabelRenderer() {
    IParamLabelRenderer picocli = super.parameterLabelRenderer();
    return new IParamLabelRenderer() {
      @Override
      public Text renderParameterLabel(ArgSpec argument, Ansi ansi, List<IStyle> styles) {
        String label = picocli.renderParameterLabel(argument, ansi, styles).toString();
        return ansi.new Text(label.replaceFirst("^=", " "));
      }

      @Override
      public String separator() {
        return " ";
      }
    };
  }
}
