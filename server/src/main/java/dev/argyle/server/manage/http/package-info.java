/**
 * The HTTP door, as a transport: connections, requests, logins, routes and responses. What is
 * served is plugged in as {@link dev.argyle.server.manage.http.Route}s and lives in other packages;
 * this one decides who may come in and knows no resource but the health pages. Octets are read and
 * written by Netty's codec on the doors' loop ({@code HttpConnection}); a request is carried out on
 * a virtual thread ({@code Dispatch}), so a resource may block.
 *
 * <p>A resource looks like this; {@code HttpRig} among the tests runs it on a real server:
 *
 * <pre>{@code
 * static List<Route> routes(ProxyControl control) {
 *   return List.of(
 *       Route.get("/api/v1/users/{name}")
 *           .needs(Operation.LIST_USERS)
 *           .answers(request -> user(control, request)));
 * }
 *
 * private static Response user(ProxyControl control, Request request) {
 *   OptionalLong last = control.lastConnection(request.actor(), request.userName("name"));
 *   if (last.isEmpty()) {
 *     throw Problem.notFound("there is no such user", "GET /api/v1/users lists them").exception();
 *   }
 *   return Response.json(json -> json.writeNumberField("lastSeen", last.getAsLong()));
 * }
 * }</pre>
 *
 * <p>May import control, admission, telemetry and manage.door. Start at {@link
 * dev.argyle.server.manage.http.Route}; the life of a connection is {@code HttpConnection}.
 */
@NullMarked
package dev.argyle.server.manage.http;

import org.jspecify.annotations.NullMarked;
