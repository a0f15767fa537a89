/**
 * Who may try at all: the cap on connections, the early random drop of clients that have not
 * authenticated, and penalties per source, for every door alike. May import {@code config} and
 * {@code telemetry}. Must not know: protocols, users. Everything here is O(1) for those who arrive
 * and safe to call from event loops. Start at {@link dev.argyle.server.admission.Admission}.
 */
@NullMarked
package dev.argyle.server.admission;

import org.jspecify.annotations.NullMarked;
