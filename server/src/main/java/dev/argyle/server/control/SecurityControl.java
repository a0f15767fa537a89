package dev.argyle.server.control;

import dev.argyle.server.admission.Admission;
import dev.argyle.server.admission.PenaltyEntry;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.MalformedHandshakes;
import dev.argyle.server.telemetry.Telemetry;
import dev.argyle.wire.Source;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Penalties, malformed handshakes, and who has changed what. Safe for any thread. */
public final class SecurityControl {

  private final Admission admission;
  private final Telemetry telemetry;
  private final Changes changes;

  SecurityControl(Admission admission, Telemetry telemetry, Changes changes) {
    this.admission = admission;
    this.telemetry = telemetry;
    this.changes = changes;
  }

  /**
   * The penalties of now: IPv4 before IPv6, ascending by source.
   *
   * @param after only greater sources; null: from the first
   * @param limit at most so many, 1 or more, and fewer than {@link
   *     dev.argyle.server.admission.Penalties#MAX_PAGE}
   */
  public Page<PenaltyEntry, Source> penalties(Actor actor, @Nullable Source after, int limit) {
    ProxyControl.check(actor, Operation.PENALTIES);
    List<PenaltyEntry> page = admission.penalties().page(after, limit);
    return new Page<>(page, page.size() == limit ? page.getLast().source() : null);
  }

  /** How many sources have a penalty; some may have expired just now. */
  public int penalised(Actor actor) {
    ProxyControl.check(actor, Operation.PENALTIES);
    return admission.penalties().sources();
  }

  /** Drops the penalty of a source. */
  public Result forgive(Actor actor, Source source) {
    return changes.change(
        actor,
        Operation.FORGIVE,
        "forgive " + source.text(),
        new Change.Note(source.text()),
        () -> {
          if (!admission.penalties().forgive(source)) {
            return new Result.NoSuchPenalty();
          }
          telemetry.counters().shared().increment(Counter.PENALTIES_FORGIVEN);
          return new Result.Done();
        });
  }

  /**
   * The last malformed handshakes, newest first; {@value MalformedHandshakes#CAPACITY} at most.
   *
   * @param before only smaller numbers; {@link Long#MAX_VALUE}: from the newest
   * @param limit at most so many, 1 or more
   */
  public Page<MalformedHandshakes.Entry, Long> malformed(Actor actor, long before, int limit) {
    ProxyControl.check(actor, Operation.MALFORMED);
    List<MalformedHandshakes.Entry> page = telemetry.malformedHandshakes().page(before, limit);
    return new Page<>(page, page.size() == limit ? page.getLast().number() : null);
  }

  /**
   * The last changes, newest first, refused ones included; since the process began, and {@value
   * ChangeHistory#CAPACITY} at most.
   *
   * @param before only smaller numbers; {@link Long#MAX_VALUE}: from the newest
   * @param limit at most so many, 1 or more
   */
  public Page<Change, Long> changes(Actor actor, long before, int limit) {
    ProxyControl.check(actor, Operation.CHANGES);
    List<Change> page = changes.history().page(before, limit);
    return new Page<>(page, page.size() == limit ? page.getLast().number() : null);
  }
}
