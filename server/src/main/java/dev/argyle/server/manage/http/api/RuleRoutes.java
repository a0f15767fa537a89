package dev.argyle.server.manage.http.api;

import com.fasterxml.jackson.core.JsonGenerator;
import dev.argyle.server.config.Endpoint;
import dev.argyle.server.control.Operation;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.control.RuleControl;
import dev.argyle.server.manage.http.Problem;
import dev.argyle.server.manage.http.Query;
import dev.argyle.server.manage.http.Request;
import dev.argyle.server.manage.http.Response;
import dev.argyle.server.manage.http.Route;
import dev.argyle.server.rule.RuleEntry;
import dev.argyle.wire.Addresses;
import dev.argyle.wire.RuleRef;
import dev.argyle.wire.socks.Command;
import dev.argyle.wire.socks.ReplyCode;
import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /rules} and {@code /explain}: what is allowed, and why. */
public final class RuleRoutes {

  private static final String ANYBODY = "127.0.0.1";

  private final RuleControl rules;

  private RuleRoutes(RuleControl rules) {
    this.rules = rules;
  }

  public static List<Route> of(ProxyControl control) {
    RuleRoutes routes = new RuleRoutes(control.ruleControl());
    return List.of(
        Route.get("/api/v1/rules")
            .needs(Operation.RULES)
            .query("cursor", "limit")
            .answers(routes::list),
        Route.get("/api/v1/explain")
            .needs(Operation.EXPLAIN)
            .query("user", "from", "command", "to")
            .answers(routes::explain));
  }

  /** The cursor is how many were listed before: rules change as a whole and seldom. */
  private Response list(Request request) {
    List<RuleEntry> all = rules.rules(request.actor());
    long begin = Cursor.RULES.number(request, 0);
    int from = Math.clamp(begin, 0, all.size());
    int to = Math.min(all.size(), from + request.query().limit());
    String next = to == all.size() ? null : Cursor.RULES.text(to);
    return Items.list(all.subList(from, to), next, RuleRoutes::write);
  }

  private static void write(RuleEntry rule, JsonGenerator json) throws IOException {
    number("number", rule.isDefault() ? null : rule.number(), json);
    json.writeStringField("text", JsonText.shown(rule.text()));
    String place = rule.place();
    json.writeStringField("place", place == null ? null : JsonText.shown(place));
    json.writeBooleanField("allow", rule.allow());
    json.writeNumberField("hits", rule.hits().all());
    json.writeNumberField("hitsDay", rule.hits().day());
    number("shadowedBy", rule.shadowedBy() == 0 ? null : rule.shadowedBy(), json);
    json.writeBooleanField("isDefault", rule.isDefault());
  }

  private static void number(String name, @Nullable Integer value, JsonGenerator json)
      throws IOException {
    json.writeFieldName(name);
    if (value == null) {
      json.writeNull();
    } else {
      json.writeNumber(value);
    }
  }

  private Response explain(Request request) {
    RuleControl.Explained explained = rules.explain(request.actor(), asked(request.query()));
    RuleRef by = explained.by();
    return Response.json(
        json -> {
          json.writeBooleanField("allowed", explained.allowed());
          json.writeStringField("rule", by == null ? null : JsonText.shown(by.words()));
          number("ruleNumber", by == null ? null : by.number(), json);
          json.writeArrayFieldStart("steps");
          for (String step : explained.steps()) {
            json.writeString(JsonText.shown(step));
          }
          json.writeEndArray();
          json.writeNumberField("reply", reply(explained).code());
        });
  }

  /** What the client is told: nothing has been dialled, so whether it is reached is not known. */
  private static ReplyCode reply(RuleControl.Explained explained) {
    if (explained.allowed()) {
      return ReplyCode.SUCCEEDED;
    }
    return explained.nameFailure() == null ? ReplyCode.NOT_ALLOWED : ReplyCode.HOST_UNREACHABLE;
  }

  private static RuleControl.Asked asked(Query query) {
    String from = query.text("from");
    InetAddress client = Addresses.parse(from == null ? ANYBODY : from);
    if (client == null) {
      throw Problem.invalidField("from", "is no address", "send one, such as 192.0.2.5")
          .exception();
    }
    String command = query.text("command");
    return new RuleControl.Asked(
        query.text("user"),
        client,
        command == null ? Command.CONNECT : FilterReading.command(command),
        destination(query.text("to")));
  }

  private static Endpoint destination(@Nullable String text) {
    String advice = "send host:port, such as example.org:443 or [2001:db8::1]:443";
    if (text == null) {
      throw Problem.invalidField("to", "is missing", advice).exception();
    }
    try {
      return Endpoint.parse(JsonText.latin1(text));
    } catch (IllegalArgumentException wrong) {
      throw Problem.invalidField("to", String.valueOf(wrong.getMessage()), advice).exception();
    }
  }
}
