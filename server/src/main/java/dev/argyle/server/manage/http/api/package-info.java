/**
 * What the HTTP door serves below {@code /api/v1}: each class translates a resource to {@code
 * control} and back, and decides nothing. May import what control answers with (account, admission,
 * config, list, rule, telemetry) and manage.http. Start at {@link
 * dev.argyle.server.manage.http.api.StatusRoutes}, the smallest one.
 */
@NullMarked
package dev.argyle.server.manage.http.api;

import org.jspecify.annotations.NullMarked;
