package dev.argyle.cli.door;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A management protocol and what it has, in the order in which they are tried. */
public enum Protocol {
  HTTP(EnumSet.complementOf(EnumSet.of(Operation.INDEXES))),
  FEED(
      EnumSet.of(
          Operation.USERS,
          Operation.ADD_USER,
          Operation.REMOVE_USER,
          Operation.CONNECTIONS,
          Operation.HISTORY,
          Operation.METRICS,
          Operation.TIMEOUT,
          Operation.SET_TIMEOUT,
          Operation.SELECTOR_TIMEOUT,
          Operation.SET_SELECTOR_TIMEOUT,
          Operation.SWITCH_DISSECTORS)),
  MASS(
      EnumSet.of(
          Operation.INDEXES,
          Operation.USERS,
          Operation.ADD_USER,
          Operation.REMOVE_USER,
          Operation.METRICS,
          Operation.SWITCH_DISSECTORS,
          Operation.SWITCH_AUTHENTICATION)),
  BOTTLER(
      EnumSet.of(
          Operation.STATUS,
          Operation.USERS,
          Operation.ADD_USER,
          Operation.REMOVE_USER,
          Operation.RENAME_USER,
          Operation.SET_PASSWORD,
          Operation.LAST_CONNECTION,
          Operation.METRICS,
          Operation.TIMEOUT,
          Operation.SET_TIMEOUT,
          Operation.BUFFER_SIZE,
          Operation.SET_BUFFER_SIZE,
          Operation.DISSECTORS,
          Operation.SWITCH_DISSECTORS,
          Operation.AUTHENTICATION,
          Operation.SWITCH_AUTHENTICATION,
          Operation.START,
          Operation.STOP,
          Operation.RESET));

  /** What a command says that needs a door which does not exist yet. */
  public static final String HTTP_MISSING = "http is not implemented yet";

  private final Set<Operation> operations;

  Protocol(Set<Operation> operations) {
    this.operations = Collections.unmodifiableSet(operations);
  }

  /** As after {@code --via}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  public Set<Operation> operations() {
    return operations;
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
        .filter(protocol -> protocol.isBuilt() && protocol.operations.contains(operation))
        .toList();
  }

  /** {@code feed and bottler have it}, for people; http is named where it would. */
  public static String whoHas(Operation operation) {
    List<String> words = new ArrayList<>(having(operation).stream().map(Protocol::word).toList());
    boolean http = HTTP.operations.contains(operation);
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
