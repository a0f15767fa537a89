package dev.argyle.cli.door;

import static dev.argyle.server.control.Operation.CHANGES;
import static dev.argyle.server.control.Operation.COUNTERS;
import static dev.argyle.server.control.Operation.EXPLAIN;
import static dev.argyle.server.control.Operation.FORGET_USER;
import static dev.argyle.server.control.Operation.READ_SETTINGS;
import static dev.argyle.server.control.Operation.RULES;
import static dev.argyle.server.control.Operation.SET_ADMINISTRATOR;
import static dev.argyle.server.control.Operation.SET_VIEWER;
import static dev.argyle.server.control.Operation.USAGE;
import static dev.argyle.server.control.Operation.USER_CONNECTIONS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.telemetry.Door;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What {@code ctl} offers by each protocol, compared with the server's table of rights. */
@Tag("unit")
class ProtocolTest {

  /** What a server does for a command. */
  private static Set<dev.argyle.server.control.Operation> needs(Operation command) {
    return switch (command) {
      case STATUS -> Set.of(dev.argyle.server.control.Operation.STATUS, COUNTERS, READ_SETTINGS);
      case INDEXES, METRICS -> Set.of(COUNTERS);
      case TIMEOUT, SELECTOR_TIMEOUT, BUFFER_SIZE, DISSECTORS, AUTHENTICATION ->
          Set.of(READ_SETTINGS);
      case USERS -> Set.of(dev.argyle.server.control.Operation.LIST_USERS);
      case SHOW_USER -> Set.of(dev.argyle.server.control.Operation.LIST_USERS);
      case CONNECTIONS -> Set.of(dev.argyle.server.control.Operation.LIST_CONNECTIONS);
      case SET_TIMEOUT -> Set.of(dev.argyle.server.control.Operation.SET_IDLE_TIMEOUT);
      case SEARCH_HISTORY -> Set.of(dev.argyle.server.control.Operation.HISTORY);
      case ADD_USER,
          REMOVE_USER,
          ENABLE_USER,
          SET_ATTRIBUTES,
          PENALTIES,
          FORGIVE,
          DRAIN,
          RENAME_USER,
          SET_PASSWORD,
          LAST_CONNECTION,
          HISTORY,
          KILL,
          MALFORMED,
          SET_SELECTOR_TIMEOUT,
          SET_BUFFER_SIZE,
          SWITCH_DISSECTORS,
          SWITCH_AUTHENTICATION,
          START,
          STOP,
          RESET ->
          Set.of(dev.argyle.server.control.Operation.valueOf(command.name()));
    };
  }

  private static Set<dev.argyle.server.control.Operation> needed(Stream<Operation> commands) {
    return commands.flatMap(each -> needs(each).stream()).collect(Collectors.toSet());
  }

  @ParameterizedTest
  @EnumSource
  void aProtocolOffersWhatTheServersDoorDoes(Protocol protocol) {
    Door door = Door.valueOf(protocol.name());
    Set<dev.argyle.server.control.Operation> withACommand =
        needed(Arrays.stream(Operation.values()));
    Set<dev.argyle.server.control.Operation> served =
        Arrays.stream(dev.argyle.server.control.Operation.values())
            .filter(each -> each.doors().contains(door))
            .filter(withACommand::contains)
            .collect(Collectors.toSet());
    assertThat(needed(protocol.operations().stream())).isEqualTo(served);
  }

  @Test
  void whatHasNoCommandIsKnown() {
    Set<dev.argyle.server.control.Operation> without =
        Arrays.stream(dev.argyle.server.control.Operation.values())
            .filter(each -> !needed(Arrays.stream(Operation.values())).contains(each))
            .collect(Collectors.toSet());
    assertThat(without)
        .containsExactlyInAnyOrder(
            USER_CONNECTIONS,
            SET_ADMINISTRATOR,
            SET_VIEWER,
            RULES,
            EXPLAIN,
            CHANGES,
            USAGE,
            FORGET_USER);
  }
}
