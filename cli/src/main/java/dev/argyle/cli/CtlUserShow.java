package dev.argyle.cli;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.cli.door.Door;
import dev.argyle.cli.door.Operation;
import dev.argyle.wire.UserName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;

/** {@code argyle ctl user show}. */
@Command(
    name = "show",
    description = "Shows a user, and the limits that hold for them.",
    footer = {"", "Example: argyle ctl user show ana"})
final class CtlUserShow extends CtlUsers.OfOne {

  @Override
  public Integer call() {
    UserName user = user();
    return parent.ctl.run(
        spec, Operation.SHOW_USER, (door, out) -> print(user, door.showUser(user), out));
  }

  private static void print(UserName user, Door.Shown shown, CtlOutput out) {
    if (out.isJson()) {
      out.document(
          json -> {
            json.writeStringField("name", user.escaped());
            json.writeBooleanField("enabled", shown.enabled());
            json.writeBooleanField("admin", shown.admin());
            json.writeBooleanField("viewer", shown.viewer());
            json.writeBooleanField("temporary", shown.temporary());
            json.writeNumberField("connections", shown.connections());
            write("limits", shown.limits(), json);
            write("effective", shown.effective(), json);
            UsageRows.write(shown.used(), json);
          });
      return;
    }
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("name", user.escaped()));
    rows.add(List.of("enabled", shown.enabled() ? "yes" : "no"));
    rows.add(List.of("role", role(shown)));
    if (shown.temporary()) {
      rows.add(List.of("note", CtlUsers.OF_THIS_RUN));
    }
    rows.add(List.of("open connections", Long.toString(shown.connections())));
    rows.addAll(UsageRows.of(shown.used()));
    rows.addAll(Assignments.rows(shown.limits()));
    Map<String, String> ofPlan = new TreeMap<>(shown.effective());
    ofPlan.keySet().removeAll(shown.limits().keySet());
    Assignments.rows(ofPlan)
        .forEach(row -> rows.add(List.of(row.get(0), row.get(1) + " (by the plan)")));
    out.facts(rows);
  }

  private static String role(Door.Shown shown) {
    return shown.admin() ? "administrator" : shown.viewer() ? "viewer" : "user";
  }

  private static void write(String field, Map<String, String> texts, JsonGenerator json)
      throws IOException {
    json.writeObjectFieldStart(field);
    for (Map.Entry<String, String> text : texts.entrySet()) {
      json.writeStringField(text.getKey(), text.getValue());
    }
    json.writeEndObject();
  }
}
