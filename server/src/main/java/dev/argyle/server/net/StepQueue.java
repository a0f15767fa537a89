package dev.argyle.server.net;

import dev.argyle.server.net.LoopTurns.Step;
import dev.argyle.wire.Source;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Steps of new clients that wait for a turn. Sources take turns, a step each, and the steps of one
 * source are served in the order in which they came: a crowd from one source waits for itself.
 * Belongs to its loop.
 */
final class StepQueue {

  /** Lanes that are kept for the next source: a step of a lone client leaves no garbage. */
  private static final int KEPT_LANES = 64;

  /** The steps of one source. */
  private static final class Lane {
    private @Nullable Source source;
    private final ArrayDeque<Step> steps = new ArrayDeque<>();
  }

  private final Map<Source, Lane> lanes = new HashMap<>();
  private final ArrayDeque<Lane> round = new ArrayDeque<>();
  private final ArrayDeque<Lane> kept = new ArrayDeque<>();

  boolean isEmpty() {
    return round.isEmpty();
  }

  void add(Step step) {
    Source source = step.source();
    Lane lane = lanes.get(source);
    if (lane == null) {
      lane = kept.isEmpty() ? new Lane() : kept.pop();
      lane.source = source;
      lanes.put(source, lane);
      round.add(lane);
    }
    lane.steps.add(step);
  }

  /** The next step, which waits no more; null: none waits. */
  @Nullable Step poll() {
    Lane lane = round.poll();
    if (lane == null) {
      return null;
    }
    Step next = lane.steps.remove();
    if (!lane.steps.isEmpty()) {
      round.add(lane);
    } else {
      lanes.remove(lane.source);
      lane.source = null;
      if (kept.size() < KEPT_LANES) {
        kept.push(lane);
      }
    }
    return next;
  }
}
