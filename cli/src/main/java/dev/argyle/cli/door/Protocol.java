package dev.argyle.cli.door;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A management protocol, in the order in which they are tried. */
public enum Protocol {
  HTTP,
  FEED,
  MASS,
  BOTTLER;

  /** As after {@code --via}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** What it has requests for. */
  public Set<Operation> operations() {
    return Arrays.stream(Operation.values()).filter(this::has).collect(Collectors.toSet());
  }

  private boolean has(Operation operation) {
    return operation.protocols().contains(this);
  }

  /** The protocol of a word; null: there is none. */
  public static @Nullable Protocol of(String word) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.word().equals(word))
        .findFirst()
        .orElse(null);
  }

  /** Those that have this. */
  public static List<Protocol> having(Operation operation) {
    return Arrays.stream(values()).filter(protocol -> protocol.has(operation)).toList();
  }

  /** {@code feed and bottler have it}, for people. */
  public static String whoHas(Operation operation) {
    List<String> words = having(operation).stream().map(Protocol::word).toList();
    return words.size() == 1
        ? words.getFirst() + " has it"
        : String.join(", ", words.subList(0, words.size() - 1))
            + " and "
            + words.getLast()
            + " have it";
  }
}
