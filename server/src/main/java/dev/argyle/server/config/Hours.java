package dev.argyle.server.config;

import java.time.DayOfWeek;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A time of the week: from when to when on each of some days in a row. One that ends before it
 * begins goes on into the next day. Where the clock is changed, it goes by what the clock shows.
 *
 * @param first the first day
 * @param last the last day; before {@code first}: of the next week
 * @param from minutes of the day, 0 to 1439
 * @param to minutes of the day, 0 to 1440, not {@code from}; this minute is outside
 */
public record Hours(DayOfWeek first, DayOfWeek last, int from, int to) {

  private static final int DAY_MINUTES = 24 * 60;
  private static final int WEEK_DAYS = 7;

  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private static final Pattern FORM =
      Pattern.compile(
          "([a-z]{3})(?:-([a-z]{3}))?(?:\\s+(\\d{1,2}):(\\d\\d)\\s*-\\s*(\\d{1,2}):(\\d\\d))?");

  public Hours {
    if (from < 0 || from >= DAY_MINUTES || to < 0 || to > DAY_MINUTES || from == to) {
      throw new IllegalArgumentException("no time of the day");
    }
  }

  /**
   * Reads {@code mon-fri 08:00-18:00}, {@code sat 22:00-06:00} or {@code sun}, which is the whole
   * day.
   *
   * @throws IllegalArgumentException for anything else; its message quotes the text and says what
   *     would be right
   */
  public static Hours parse(String text) {
    Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (form.matches()) {
      int first = DAYS.indexOf(form.group(1));
      int last = form.group(2) == null ? first : DAYS.indexOf(form.group(2));
      boolean whole = form.group(3) == null;
      int from = whole ? 0 : minute(form.group(3), form.group(4));
      int to = whole ? DAY_MINUTES : minute(form.group(5), form.group(6));
      if (first >= 0 && last >= 0 && from >= 0 && from < DAY_MINUTES && to >= 0 && from != to) {
        return new Hours(DayOfWeek.of(first + 1), DayOfWeek.of(last + 1), from, to);
      }
    }
    throw new IllegalArgumentException(
        Quote.of(text) + " is no time of the week; write it as mon-fri 08:00-18:00, or sat");
  }

  /** Negative: no minute of a day. */
  private static int minute(String hour, String minute) {
    int minutes = Integer.parseInt(hour) * 60 + Integer.parseInt(minute);
    return Integer.parseInt(minute) > 59 || minutes > DAY_MINUTES ? -1 : minutes;
  }

  /** Whether this instant lies within, by its clock. */
  public boolean contains(ZonedDateTime at) {
    int minute = at.getHour() * 60 + at.getMinute();
    DayOfWeek day = at.getDayOfWeek();
    if (from < to) {
      return has(day) && minute >= from && minute < to;
    }
    return (has(day) && minute >= from) || (has(day.minus(1)) && minute < to);
  }

  private boolean has(DayOfWeek day) {
    int length = Math.floorMod(last.getValue() - first.getValue(), WEEK_DAYS);
    return Math.floorMod(day.getValue() - first.getValue(), WEEK_DAYS) <= length;
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    String days = first == last ? day(first) : day(first) + "-" + day(last);
    return from == 0 && to == DAY_MINUTES
        ? days
        : String.format(
            Locale.ROOT, "%s %02d:%02d-%02d:%02d", days, from / 60, from % 60, to / 60, to % 60);
  }

  private static String day(DayOfWeek day) {
    return DAYS.get(day.getValue() - 1);
  }
}
