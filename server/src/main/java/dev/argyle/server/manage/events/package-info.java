/**
 * What happens, told once a second to whoever listens: totals, rates, and the connections that
 * changed. One thread looks, and only while somebody listens; each message is rendered once, and
 * all listeners are given the same octets. Loops take no part in it: what they count anyway is
 * read. May import control, telemetry and manage.http, whose streams carry the messages. Start at
 * {@link dev.argyle.server.manage.events.EventHub}.
 */
@NullMarked
package dev.argyle.server.manage.events;

import org.jspecify.annotations.NullMarked;
