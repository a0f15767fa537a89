package dev.argyle.server.config;

import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.TemporalAdjusters;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The time in which usage is added up for a quota, before it begins with nothing again. A period
 * begins at midnight by the operator's clock; where that is left out, as the clock is put forward,
 * at the first moment of the day.
 *
 * @param day of a week, from 1 (Monday) to 7, or of a month, from 1 to 31; a month that is shorter
 *     begins on its last day. 1 for the others
 */
public record UsagePeriod(Unit unit, int day) {

  /** How long a period is. */
  public enum Unit {
    DAY,
    WEEK,
    MONTH,
    /** It never ends. */
    TOTAL
  }

  /** What is counted for an account without a quota. */
  public static final UsagePeriod CALENDAR_MONTH = new UsagePeriod(Unit.MONTH, 1);

  private static final List<String> DAYS = List.of("mon", "tue", "wed", "thu", "fri", "sat", "sun");

  private static final Pattern FORM = Pattern.compile("([a-z]+)(?:\\s+([a-z0-9]{1,3}))?");

  public UsagePeriod {
    int most = unit == Unit.WEEK ? 7 : unit == Unit.MONTH ? 31 : 1;
    if (day < 1 || day > most) {
      throw new IllegalArgumentException("no day of a " + unit);
    }
  }

  /**
   * Reads {@code day}, {@code week}, {@code week sun}, {@code month}, {@code month 15} or {@code
   * total}.
   *
   * @throws IllegalArgumentException for anything else; its message quotes the text and says what
   *     would be right
   */
  public static UsagePeriod parse(String text) {
    Matcher form = FORM.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (form.matches()) {
      String unit = form.group(1);
      String day = form.group(2);
      if (unit.equals("day") && day == null) {
        return new UsagePeriod(Unit.DAY, 1);
      } else if (unit.equals("total") && day == null) {
        return new UsagePeriod(Unit.TOTAL, 1);
      } else if (unit.equals("week") && (day == null || DAYS.contains(day))) {
        return new UsagePeriod(Unit.WEEK, day == null ? 1 : DAYS.indexOf(day) + 1);
      } else if (unit.equals("month") && (day == null || day.matches("[1-9]|[12][0-9]|3[01]"))) {
        return new UsagePeriod(Unit.MONTH, day == null ? 1 : Integer.parseInt(day));
      }
    }
    throw new IllegalArgumentException(
        Quote.of(text)
            + " is no period; write day, week, week sun, month, month 15 (its first day), or"
            + " total");
  }

  /** The first moment of the period that has this moment. */
  public Instant start(Instant now, ZoneId zone) {
    LocalDate today = now.atZone(zone).toLocalDate();
    return switch (unit) {
      case DAY -> begin(today, zone);
      case WEEK -> begin(today.with(TemporalAdjusters.previousOrSame(DayOfWeek.of(day))), zone);
      case MONTH -> {
        LocalDate first = firstOf(YearMonth.from(today));
        yield begin(
            first.isAfter(today) ? firstOf(YearMonth.from(today).minusMonths(1)) : first, zone);
      }
      case TOTAL -> Instant.EPOCH;
    };
  }

  /** The first moment behind the period that has this moment; null: there is none. */
  public @Nullable Instant end(Instant now, ZoneId zone) {
    LocalDate first = start(now, zone).atZone(zone).toLocalDate();
    return switch (unit) {
      case DAY -> begin(first.plusDays(1), zone);
      case WEEK -> begin(first.plusWeeks(1), zone);
      case MONTH -> begin(firstOf(YearMonth.from(first).plusMonths(1)), zone);
      case TOTAL -> null;
    };
  }

  private static Instant begin(LocalDate day, ZoneId zone) {
    return day.atStartOfDay(zone).toInstant();
  }

  private LocalDate firstOf(YearMonth month) {
    return month.atDay(Math.min(day, month.lengthOfMonth()));
  }

  /** As {@link #parse} reads it. */
  @Override
  public String toString() {
    String word = unit.name().toLowerCase(Locale.ROOT);
    if (day == 1) {
      return word;
    }
    return word + " " + (unit == Unit.WEEK ? DAYS.get(day - 1) : Integer.toString(day));
  }
}
