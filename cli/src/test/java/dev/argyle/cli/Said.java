package dev.argyle.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** What a command said, and its exit code. */
record Said(int exitCode, String out, String err) {

  static Said by(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    CommandLine command = Main.commandLine(arguments);
    command.setOut(new PrintWriter(out));
    command.setErr(new PrintWriter(err, true));
    int exitCode = command.execute(arguments);
    return new Said(exitCode, out.toString(), err.toString());
  }
}
