package dev.argyle.server.manage.door;

import dev.argyle.server.admission.Admission;
import dev.argyle.server.control.ProxyControl;
import dev.argyle.server.telemetry.Tally;
import io.netty.channel.EventLoopGroup;

/**
 * What every door needs of the rest of the server.
 *
 * @param loops of NIO; the doors' own, so that neither a busy relay holds up management nor the
 *     other way round
 * @param counters where the doors count
 * @param answers what clients have not taken yet
 */
public record DoorServices(
    EventLoopGroup loops,
    ProxyControl control,
    Admission admission,
    Tally counters,
    AnswerBudget answers) {}
