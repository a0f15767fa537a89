package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.cli.doctor.Examination;
import dev.argyle.cli.doctor.Finding;
import dev.argyle.server.config.DefaultPlaces;
import dev.argyle.server.telemetry.LogText;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code argyle doctor}: what is wrong with a host and an installation, and what to do. */
@Command(
    name = "doctor",
    description = "Looks at this host and this installation, and says what to do.",
    footer = {
      "",
      "Looks at: configuration, open files, pipes, SCTP, IPv6, name servers (asks each), ports,",
      "owners and modes of files, what is left of other versions, clock. It changes nothing.",
      "Each line is ok, warn or fail. With a fail the exit code is 1. Run it as the user that the",
      "server runs as, or as root."
    })
final class DoctorCommand implements Callable<Integer> {

  private static final String LINE = "%-4s  %-13s  %s";

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = Defaults.CONFIGURATION + "; without any, every setting has its default.")
  private @Nullable Path file;

  @Option(names = "--data", paramLabel = "DIR", description = Defaults.DIRECTORY + ".")
  private @Nullable Path data;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      completionCandidates = CtlCommand.Forms.class,
      description = "The output format; table unless given.")
  private @Nullable String form;

  @Mixin
  @SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // picocli sets and reads it
  private HelpOptions help;

  @Override
  public Integer call() {
    if (form != null && !new CtlCommand.Forms().contains(form)) {
      throw new ParameterException(spec.commandLine(), "-o: must be table or json, not " + form);
    }
    List<Finding> findings =
        Examination.of(
            Defaults.configuration(spec, file),
            Defaults.data(data),
            data == null ? otherPlaces(DefaultPlaces.ofThisProcess()) : List.of());
    boolean failed = findings.stream().anyMatch(each -> each.level() == Finding.Level.FAIL);
    PrintWriter out = spec.commandLine().getOut();
    if ("json".equals(form)) {
      new CtlOutput(out, true).document(json -> write(json, findings, failed));
    } else {
      findings.forEach(finding -> print(finding, out));
    }
    out.flush();
    return failed ? CtlCommand.FAILED : CtlCommand.DONE;
  }

  private static List<Path> otherPlaces(DefaultPlaces places) {
    List<Path> all = new ArrayList<>(List.of(places.dataHere(), places.stateOfSystem()));
    Path ofUser = places.stateOfUser();
    if (ofUser != null) {
      all.add(ofUser);
    }
    return all;
  }

  private static void print(Finding finding, PrintWriter out) {
    out.println(
        String.format(
            Locale.ROOT,
            LINE,
            finding.level().word(),
            finding.check(),
            LogText.escaped(finding.words())));
    if (finding.advice() != null) {
      out.println(
          String.format(Locale.ROOT, LINE, "", "", "-> " + LogText.escaped(finding.advice())));
    }
  }

  private static void write(JsonGenerator json, List<Finding> findings, boolean failed)
      throws IOException {
    json.writeBooleanField("ok", !failed);
    json.writeArrayFieldStart("findings");
    for (Finding finding : findings) {
      json.writeStartObject();
      json.writeStringField("level", finding.level().word());
      json.writeStringField("check", finding.check());
      json.writeStringField("words", finding.words());
      json.writeStringField("advice", finding.advice());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
