/**
 * What Prometheus scrapes: everything that {@code telemetry} counts, times and can read, as text in
 * the two formats that Prometheus understands. Values are read while a scrape is answered, and
 * nothing here runs otherwise. Labels have words of ours and numbers of rules, never what a client
 * sent: nobody can make a series.
 *
 * <p>Must not know: users, connections, HTTP. Start at {@link
 * dev.argyle.server.manage.http.metrics.MetricsPage}.
 */
@NullMarked
package dev.argyle.server.manage.http.metrics;

import org.jspecify.annotations.NullMarked;
