package dev.argyle.cli.door;

import dev.argyle.server.telemetry.AccountUsage.Used;
import dev.argyle.wire.UserName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Users as the HTTP API writes them. */
final class HttpUsers {

  private HttpUsers() {}

  static Door.Users users(List<Document> users) {
    List<UserName> names = new ArrayList<>();
    Set<UserName> temporary = new HashSet<>();
    for (Document user : users) {
      UserName name = name(user);
      names.add(name);
      if (user.flag("temporary")) {
        temporary.add(name);
      }
    }
    return new Door.Users(names, true, temporary);
  }

  /** Its octets are in its address: the name itself may be shown differently. */
  private static UserName name(Document user) {
    String href = user.text("href", "");
    String last = href.substring(href.lastIndexOf('/') + 1);
    return last.isEmpty()
        ? UserName.ofEscaped(user.text("name", "?").getBytes(StandardCharsets.UTF_8))
        : UserName.of(
            URLDecoder.decode(last.replace("+", "%2B"), StandardCharsets.ISO_8859_1)
                .getBytes(StandardCharsets.ISO_8859_1));
  }

  static Door.Shown shown(Document user) {
    Map<String, String> own = new TreeMap<>(user.get("limits").texts());
    String plan = user.text(HttpDoor.PLAN);
    if (plan != null) {
      own.put(HttpDoor.PLAN, plan);
    }
    return new Door.Shown(
        user.flag("enabled"),
        user.flag("admin"),
        user.flag("viewer"),
        user.flag("temporary"),
        user.number("connections", 0),
        own,
        user.get("effective").texts(),
        used(user));
  }

  private static Used used(Document user) {
    Document total = user.get("usage").get("total");
    Document period = user.get("usage").get("period");
    String since = period.text("since");
    return new Used(
        total.number("octetsUp", 0),
        total.number("octetsDown", 0),
        total.number("connections", 0),
        user.text("lastAddress"),
        since == null ? 0 : Instant.parse(since).toEpochMilli(),
        period.number("octetsUp", 0),
        period.number("octetsDown", 0));
  }
}
