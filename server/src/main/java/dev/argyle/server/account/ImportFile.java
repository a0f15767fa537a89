package dev.argyle.server.account;

import dev.argyle.server.config.OwnAttributes;
import dev.argyle.wire.UserName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes lines of accounts, one each. A name may be any octets except a line's end;
 * {@code \xHH} stands for one octet. Empty lines are skipped, but counted. A line is one of these:
 *
 * <pre>
 *   NAME:PHC-STRING                        the last colon ends the name, since a hash has none
 *   NAME:PHC-STRING:admin,created=MS,...   as it is exported: {@link Details}; attributes are
 *                                          escaped as in a form of HTML
 *   NAME:HASH:18000:0:99999:7:::           nine fields of shadow(5)
 * </pre>
 *
 * <p>{@code !} before the hash means disabled, as in shadow(5). There, too, an account without a
 * hash or beyond its day of expiry is disabled.
 */
public final class ImportFile {

  /** The longest line: a name with every octet escaped, a hash, fields, and escaped attributes. */
  public static final int MAX_LINE_OCTETS =
      4 * UserName.MAX_OCTETS + 2 + 512 + 128 + 3 * OwnAttributes.MAX_TEXT;

  /** The most lines. */
  public static final int MAX_LINES = 1_000_000;

  /** More problems than this are not kept. */
  public static final int MAX_PROBLEMS = 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private final Map<UserName, Integer> numbers = new HashMap<>();
  private final List<Line> lines = new ArrayList<>();
  private final List<Problem> problems = new ArrayList<>();

  /**
   * One account to import, checked.
   *
   * @param hash a PHC string that {@link PasswordHash} reads
   * @param number of its line, from 1
   * @param details null: the line has none, so a new account is no administrator's
   */
  public record Line(
      UserName name, String hash, boolean enabled, int number, @Nullable Details details) {

    /** Without details. */
    public Line(UserName name, String hash, boolean enabled, int number) {
      this(name, hash, enabled, number, null);
    }
  }

  /**
   * What an export has besides name and hash.
   *
   * @param createdMillis since 1970, as the others
   * @param lastConnectionMillis 0: never
   * @param own its plan, and its own limits
   */
  public record Details(
      boolean admin,
      boolean viewer,
      long createdMillis,
      long changedMillis,
      long lastConnectionMillis,
      OwnAttributes own) {

    private static final Pattern FORM =
        Pattern.compile(
            "(admin,)?(viewer,)?created=(\\d{1,15}),changed=(\\d{1,15}),last=(\\d{1,15})"
                + "(?:,attributes=([A-Za-z0-9.*_+%-]++))?");

    /** Without limits of its own. */
    public Details(
        boolean admin,
        boolean viewer,
        long createdMillis,
        long changedMillis,
        long lastConnectionMillis) {
      this(admin, viewer, createdMillis, changedMillis, lastConnectionMillis, OwnAttributes.NONE);
    }

    private static @Nullable Details read(String text) {
      Matcher form = FORM.matcher(text);
      return form.matches()
          ? new Details(
              form.group(1) != null,
              form.group(2) != null,
              Long.parseLong(form.group(3)),
              Long.parseLong(form.group(4)),
              Long.parseLong(form.group(5)),
              form.group(6) == null
                  ? OwnAttributes.NONE
                  : OwnAttributes.parse(URLDecoder.decode(form.group(6), StandardCharsets.UTF_8)))
          : null;
    }

    private String text() {
      return (admin ? "admin," : "")
          + (viewer ? "viewer," : "")
          + "created="
          + createdMillis
          + ",changed="
          + changedMillis
          + ",last="
          + lastConnectionMillis
          + (own.isNone()
              ? ""
              : ",attributes=" + URLEncoder.encode(own.text(), StandardCharsets.UTF_8));
    }
  }

  /** What becomes of accounts that are there already. */
  public enum Existing {
    /** One with another password or other flags is a mistake: nothing is imported. */
    REJECT,
    /** They stay as they are. */
    SKIP,
    /** They become what the file has. */
    UPDATE,
    /** As above; and users who are not in the file are removed, administrators excepted. */
    REPLACE
  }

  /** What is wrong with a line, without its hash. */
  public record Problem(int number, String reason) {}

  /** What reading gave: {@link Lines} or {@link Rejected}. */
  public sealed interface Read {}

  /** Every line is right, and no name comes twice. */
  public record Lines(List<Line> lines) implements Read {}

  /** What an import came to: all lines, or none. */
  public sealed interface Outcome {}

  /**
   * All are there.
   *
   * @param unchanged accounts that were there before, with the same hash
   * @param updated that had another hash or other flags
   * @param skipped that have
   * @param removed that the file does not have
   */
  public record Imported(int added, int unchanged, int updated, int skipped, int removed)
      implements Outcome {

    /** Where nothing that was there has changed. */
    public Imported(int added, int unchanged) {
      this(added, unchanged, 0, 0, 0);
    }
  }

  /**
   * Nothing was imported.
   *
   * @param problems at most {@link #MAX_PROBLEMS}, in the order of lines
   */
  public record Rejected(List<Problem> problems) implements Read, Outcome {

    public Rejected {
      problems = List.copyOf(problems);
    }
  }

  /** Nothing was imported: there would be more than {@code max-users} accounts. */
  public record Full(int maxUsers) implements Outcome {}

  /**
   * The file would leave no enabled administrator. With {@code UPDATE} and {@code REPLACE}, what
   * other lines have changed stays.
   */
  public record LastAdministrator() implements Outcome {}

  private ImportFile() {}

  /** Reads to the end of the stream, which should be buffered. */
  public static Read read(InputStream in) throws IOException {
    ImportFile file = new ImportFile();
    int number = 0;
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int octet = in.read(); octet >= 0; octet = in.read()) {
      if (octet == '\n') {
        file.take(withoutMark(line.toByteArray(), number), ++number);
        line.reset();
      } else if (line.size() <= MAX_LINE_OCTETS) { // one more shows that it is too long
        line.write(octet);
      }
      if (number > MAX_LINES) {
        file.note(number, "more than " + MAX_LINES + " lines; import them in parts");
        break;
      }
    }
    if (line.size() > 0) {
      file.take(withoutMark(line.toByteArray(), number), ++number);
    }
    return file.problems.isEmpty()
        ? new Lines(List.copyOf(file.lines))
        : new Rejected(file.problems);
  }

  /** Editors of Windows begin a file with U+FEFF: it is no part of the first name. */
  private static byte[] withoutMark(byte[] line, int linesBefore) {
    boolean marked =
        linesBefore == 0
            && line.length >= BYTE_ORDER_MARK.length
            && Arrays.equals(line, 0, 3, BYTE_ORDER_MARK, 0, 3);
    return marked ? Arrays.copyOfRange(line, BYTE_ORDER_MARK.length, line.length) : line;
  }

  /** The short line for an account, without its end. */
  public static String write(UserName name, String hash) {
    return name.escaped() + ":" + hash;
  }

  /** The whole line for an account, without its end: importing it makes the same account. */
  static String write(Account account, String hash) {
    Details details =
        new Details(
            account.admin(),
            account.viewer(),
            account.createdMillis(),
            account.changedMillis(),
            account.lastConnectionMillis(),
            account.own());
    return write(account.name(), account.enabled() ? hash : "!" + hash) + ":" + details.text();
  }

  private void take(byte[] octets, int number) {
    if (octets.length > MAX_LINE_OCTETS) {
      note(number, "longer than " + MAX_LINE_OCTETS + " bytes");
      return;
    }
    String line = new String(octets, StandardCharsets.ISO_8859_1); // one character an octet
    if (line.endsWith("\r")) {
      line = line.substring(0, line.length() - 1);
    }
    if (line.isEmpty()) {
      return;
    }
    ShadowLine shadow = ShadowLine.read(line);
    if (shadow != null) {
      take(shadow.name(), shadow.hash(), shadow.enabled(), number, null);
      return;
    }
    int colon = line.lastIndexOf(':');
    Details details;
    try {
      details = Details.read(line.substring(colon + 1));
    } catch (IllegalArgumentException wrong) {
      note(number, "attributes: " + wrong.getMessage());
      return;
    }
    if (details != null) {
      line = line.substring(0, colon);
      colon = line.lastIndexOf(':');
    }
    if (colon < 0) {
      note(number, "not NAME:PHC-STRING: there is no colon");
      return;
    }
    boolean enabled = !line.startsWith("!", colon + 1);
    String hash = line.substring(enabled ? colon + 1 : colon + 2);
    take(line.substring(0, colon), hash, enabled, number, details);
  }

  private void take(
      String escaped, String hash, boolean enabled, int number, @Nullable Details details) {
    UserName name = name(escaped);
    if (name == null) {
      note(number, "a name is 1 to " + UserName.MAX_OCTETS + " bytes");
      return;
    }
    switch (PasswordHash.parse(hash)) {
      case PasswordHash.Parsed.Good(PasswordHash good)
          when good.wholeCost() > PasswordHash.MAX_IMPORTED_COST ->
          note(number, tooCostly(good));
      case PasswordHash.Parsed.Good(PasswordHash good) ->
          keep(new Line(name, hash, enabled, number, details));
      case PasswordHash.Parsed.Bad(String reason) -> note(number, reason);
    }
  }

  private static String tooCostly(PasswordHash hash) {
    return "verifying this hash takes "
        + hash.wholeCost()
        + " times as long as one of Argyle's own, and at most "
        + PasswordHash.MAX_IMPORTED_COST
        + " times is accepted (bcrypt up to cost 13; $6$ up to 768000 rounds; $5$ up to 1000000;"
        + " Argon2 with m=65536 up to t=14); import the user with * in place of the hash, and"
        + " give a new password with: argyle users password NAME";
  }

  private void keep(Line line) {
    Integer earlier = numbers.putIfAbsent(line.name(), line.number());
    if (earlier == null) {
      lines.add(line);
    } else {
      note(line.number(), "the same name as in line " + earlier);
    }
  }

  private static @Nullable UserName name(String text) {
    try {
      return UserName.ofEscaped(text.getBytes(StandardCharsets.ISO_8859_1));
    } catch (IllegalArgumentException wrongLength) {
      return null;
    }
  }

  private void note(int number, String reason) {
    note(problems, number, reason);
  }

  /** Adds a problem, unless there are {@link #MAX_PROBLEMS} already. */
  static void note(List<Problem> problems, int number, String reason) {
    if (problems.size() < MAX_PROBLEMS) {
      problems.add(new Problem(number, reason));
    }
  }
}
