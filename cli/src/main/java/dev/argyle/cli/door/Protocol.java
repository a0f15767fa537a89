package dev.argyle.cli.door;

import java.util.ArrayList;
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

  /** What a command says that needs a door which does not exist yet. */
  public static final String HTTP_MISSING = "http is not implemented yet";

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

  /** Whether this version can speak it. */
  public boolean isBuilt() {
    return this != HTTP;
  }

  /** The protocol of a word; null: there is none. */
  public static @Nullable Protocol of(String word) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.word().equals(word))
        .findFirst()
        .orElse(null);
  }

  /** Those that can be spoken and have this. */
  public static List<Protocol> having(Operation operation) {
    return Arrays.stream(values())
        .filter(protocol -> protocol.isBuilt() && protocol.has(operation))
        .toList();
  }

  /** {@code feed and bottler have it}, for people; http is named where it would. */
  public static String whoHas(Operation operation) {
    List<String> words = new ArrayList<>(having(operation).stream().map(Protocol::word).toList());
    boolean http = HTTP.has(operation);
    String built =
        switch (words.size()) {
          case 0 -> "only http has it";
          case 1 -> words.getFirst() + " has it";
          default ->
              String.join(", ", words.subList(0, words.size() - 1))
                  + " and "
                  + words.getLast()
                  + " have it";
        };
    return words.isEmpty() && http ? built + ", and " + HTTP_MISSING : built;
  }
}
