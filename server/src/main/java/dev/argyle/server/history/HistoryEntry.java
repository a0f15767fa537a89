package dev.argyle.server.history;

import dev.argyle.server.telemetry.LiveConnection;
import dev.argyle.wire.socks.Command;
import java.net.InetAddress;
import org.jspecify.annotations.Nullable;

/**
 * A connection that has ended, as the history on disk has it.
 *
 * @param key rises from entry to entry, over restarts too
 * @param id the connection's number, which begins again with each process
 * @param startMillis since 1970
 * @param endMillis since 1970
 * @param client null: the history is kept without addresses
 * @param clientPort 0 without the client
 * @param user null: did not authenticate, or the history is kept without names
 * @param command null: no request came that names a command
 * @param destination host as the client wrote it; null: no request came
 * @param destinationPort 0 if no request came
 * @param reply REP of SOCKS, or {@link LiveConnection#NO_REPLY}
 * @param ruleNumber of the rule that decided; 0: none did
 * @param rule that rule in words, as the log has it; null: none decided
 * @param up payload octets from the client
 * @param down payload octets to the client
 * @param reason the log's word for why it ended
 * @param fault who caused it, in the log's word
 * @param detail what exactly ended it; null: the reason says all
 * @param outgoing the local address that it left by; null: none, or the history is kept without
 *     addresses
 */
public record HistoryEntry(
    long key,
    long id,
    long startMillis,
    long endMillis,
    @Nullable InetAddress client,
    int clientPort,
    @Nullable String user,
    @Nullable Command command,
    @Nullable String destination,
    int destinationPort,
    int reply,
    int ruleNumber,
    @Nullable String rule,
    long up,
    long down,
    String reason,
    String fault,
    @Nullable String detail,
    @Nullable InetAddress outgoing) {}
