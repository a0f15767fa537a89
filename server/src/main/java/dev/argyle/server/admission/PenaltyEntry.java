package dev.argyle.server.admission;

import dev.argyle.server.telemetry.Door;
import dev.argyle.wire.Source;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A penalty as it is listed.
 *
 * @param door where its newest failure was; null: not told
 * @param reason of its newest failure
 * @param left until it has expired, if nothing else happens
 * @param refused whether the source is refused until then; else its answers are only delayed
 */
public record PenaltyEntry(
    Source source, @Nullable Door door, Penalties.Reason reason, Duration left, boolean refused) {}
