package dev.argyle.server.config;

import static java.util.stream.Collectors.joining;

import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A kind of value: what is allowed, how it is read, how it is written.
 *
 * @param values what is allowed, in the words of the manual's table
 * @param reader throws IllegalArgumentException with a message for the operator
 * @param printer writes what {@code reader} reads; a text of several lines begins with a line feed
 */
record Kind<T>(String values, Function<Value, T> reader, Function<T, String> printer) {

  /** One value, whose characters {@code read} gets. */
  static <T> Kind<T> scalar(
      String values, Function<String, T> read, Function<? super T, String> show) {
    return new Kind<>(values, value -> read.apply(value.text()), show::apply);
  }

  /** As {@link #scalar}, written in quotation marks. */
  static <T> Kind<T> quoted(String values, Function<String, T> read) {
    return quoted(values, read, Object::toString);
  }

  static <T> Kind<T> quoted(String values, Function<String, T> read, Function<T, String> show) {
    return scalar(values, read, value -> Quote.yaml(show.apply(value)));
  }

  /** Bounds are written as in the file. */
  static Kind<Duration> duration(String least, String most) {
    return within(least, most, null, Quantities::duration, Quantities::text);
  }

  /** As {@link #duration}; zero too, which stands for "never". */
  static Kind<Duration> durationOrNever(String least, String most) {
    return within(least, most, Duration.ZERO, Quantities::duration, Quantities::text);
  }

  /** Octets. Bounds are written as in the file. */
  static Kind<Integer> size(String least, String most) {
    return within(
        least,
        most,
        null,
        text -> (int) Math.min(Quantities.octets(text), Integer.MAX_VALUE),
        size -> Quantities.octetsText(size));
  }

  static Kind<Integer> count(int least, int most) {
    Function<String, Integer> read =
        text -> {
          if (!text.matches("-?[0-9]{1,18}")) {
            throw new IllegalArgumentException(
                "%s is not a whole number; %d to %d".formatted(Quote.of(text), least, most));
          }
          return Math.clamp(Long.parseLong(text), Integer.MIN_VALUE, Integer.MAX_VALUE);
        };
    return within("" + least, "" + most, null, read, Object::toString);
  }

  /** As {@link #count}; also {@code auto}, which is 0. */
  static Kind<Integer> countOrAuto(int least, int most) {
    return orAuto(count(least, most));
  }

  /** As {@link #size}; also {@code auto}, which is 0. */
  static Kind<Integer> sizeOrAuto(String least, String most) {
    return orAuto(size(least, most));
  }

  private static Kind<Integer> orAuto(Kind<Integer> number) {
    return new Kind<>(
        "auto or " + number.values,
        value -> value.text().equals("auto") ? 0 : number.reader.apply(value),
        given -> given == 0 ? "auto" : number.printer.apply(given));
  }

  private static <T extends Comparable<T>> Kind<T> within(
      String least,
      String most,
      @Nullable T never,
      Function<String, T> read,
      Function<? super T, String> show) {
    T lowest = read.apply(least);
    T highest = read.apply(most);
    String bounds = least + " to " + most;
    return scalar(
        never == null ? bounds : "0 or " + bounds,
        text -> {
          T value = read.apply(text);
          boolean inside = value.compareTo(lowest) >= 0 && value.compareTo(highest) <= 0;
          if (!inside && !value.equals(never)) {
            throw new IllegalArgumentException(
                text + " is out of bounds; " + (never == null ? "" : "0 (never), or ") + bounds);
          }
          return value;
        },
        show);
  }

  static Kind<Boolean> flag() {
    return word(new Boolean[] {false, true});
  }

  /** One of these, by the names that {@link Words#of} gives them. */
  static <T> Kind<T> word(T[] all) {
    List<T> words = List.of(all);
    return scalar(
        words.stream().map(Words::of).collect(joining(", ")),
        text -> Words.parse(text, words),
        Words::of);
  }

  /** A list of these, none of them twice. */
  static <T> Kind<List<T>> words(T[] all) {
    Kind<T> word = word(all);
    Kind<List<T>> list = list("of " + word.values, word);
    return new Kind<>(
        list.values, value -> distinct(value, list.reader.apply(value)), list.printer);
  }

  private static <T> List<T> distinct(Value value, List<T> words) {
    Set<T> seen = new HashSet<>();
    words.stream()
        .filter(word -> !seen.add(word))
        .findFirst()
        .ifPresent(word -> value.wrong(Words.of(word) + " is in the list twice"));
    return words;
  }

  /** A list of values in quotation marks. */
  static <T> Kind<List<T>> list(String values, Function<String, T> read) {
    return list(values, quoted(values, read));
  }

  static <T> Kind<List<T>> list(String values, Kind<T> item) {
    return new Kind<>(
        values,
        value -> value.list(item.reader),
        items -> items.stream().map(item.printer).collect(joining(", ", "[", "]")));
  }

  /** The elements of a list without their order; written in their natural order. */
  static <T extends Comparable<T>> Kind<Set<T>> set(Kind<List<T>> list) {
    return new Kind<>(
        list.values,
        value -> Set.copyOf(list.reader.apply(value)),
        set -> list.printer.apply(set.stream().sorted().toList()));
  }

  /** This list, which may not be empty if it is in the file at all. */
  Kind<T> notEmpty(String advice) {
    return new Kind<>(
        values,
        value -> {
          if (value.isEmptyList()) {
            throw new IllegalArgumentException("is an empty list; " + advice);
          }
          return reader.apply(value);
        },
        printer);
  }

  /** This, or null. */
  @SuppressWarnings("NullAway") // its generics do not know a nullable type argument
  Kind<T> orNull() {
    return new Kind<>(
        "null" + (values.contains(" or ") ? ", " : " or ") + values,
        value -> value.isNull() ? null : reader.apply(value),
        value -> value == null ? "null" : printer.apply(value));
  }
}
