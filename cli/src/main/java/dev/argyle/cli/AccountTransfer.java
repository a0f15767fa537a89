package dev.argyle.cli;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.ImportFile;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Model.CommandSpec;

/** {@code argyle users import} and {@code export}: accounts from standard input, and to output. */
final class AccountTransfer {

  private final CommandSpec spec;
  private final AccountBook book;

  AccountTransfer(CommandSpec spec, AccountBook book) {
    this.spec = spec;
    this.book = book;
  }

  /** Answers the exit code, as {@link #export}. */
  int importLines(InputStream in, ImportFile.Existing existing) throws IOException {
    ImportFile.Outcome outcome =
        switch (ImportFile.read(new BufferedInputStream(in))) {
          case ImportFile.Rejected rejected -> rejected;
          case ImportFile.Lines(List<ImportFile.Line> lines) -> book.importAll(lines, existing);
        };
    return switch (outcome) {
      case ImportFile.Imported imported -> done(imported);
      case ImportFile.Rejected(List<ImportFile.Problem> problems) -> rejected(problems, existing);
      case ImportFile.Full(int maxUsers) ->
          failed("the limit is " + maxUsers + " users; nothing was imported");
      case ImportFile.LastAdministrator() ->
          failed(
              "the file would leave no enabled administrator; make another user one first, with:"
                  + " argyle users admin NAME");
    };
  }

  private int done(ImportFile.Imported imported) {
    StringBuilder words = new StringBuilder();
    words.append("imported ").append(imported.added()).append(" users; ");
    words.append(imported.unchanged()).append(" existed already");
    if (imported.updated() > 0) {
      words.append("; ").append(imported.updated()).append(" were updated");
    }
    if (imported.skipped() > 0) {
      words.append("; ").append(imported.skipped()).append(" were left as they are");
    }
    if (imported.removed() > 0) {
      words.append("; ").append(imported.removed()).append(" were removed");
    }
    PrintWriter writer = spec.commandLine().getOut();
    writer.println(words);
    writer.flush();
    return 0;
  }

  private int rejected(List<ImportFile.Problem> problems, ImportFile.Existing existing) {
    for (ImportFile.Problem problem : problems) {
      failed("standard input, line " + problem.number() + ": " + problem.reason());
    }
    return failed(
        (existing == ImportFile.Existing.REJECT
                ? "nothing was imported"
                : "not everything was imported")
            + (problems.size() == ImportFile.MAX_PROBLEMS
                ? "; there may be more invalid lines"
                : ""));
  }

  int export(OutputStream out) {
    PrintWriter lines =
        new PrintWriter(
            new OutputStreamWriter(new BufferedOutputStream(out), StandardCharsets.UTF_8));
    book.export(line -> lines.print(line + "\n"));
    if (lines.checkError()) {
      return failed("standard output: could not be written; the export is not complete");
    }
    return 0;
  }

  private int failed(String words) {
    spec.commandLine().getErr().println("argyle: " + words);
    return 1;
  }
}
