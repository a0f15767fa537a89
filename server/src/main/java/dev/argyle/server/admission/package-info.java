/**
 * Who may try at all, at every door: the cap on connections, the early random drop of clients that
 * have not authenticated, penalties per source, and the queues for turns at costly work. It also
 * counts, logs and penalises what clients do wrong. May import {@code config}, {@code rate} and
 * {@code telemetry}. Must not know: protocols, or of users more than that they differ. Everything
 * that happens to those who arrive is O(1) and safe to call from event loops. Start at {@link
 * dev.argyle.server.admission.Admission}.
 */
@NullMarked
package dev.argyle.server.admission;

import org.jspecify.annotations.NullMarked;
