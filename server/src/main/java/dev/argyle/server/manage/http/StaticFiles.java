package dev.argyle.server.manage.http;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * The files of the dashboard, which are resources of the program. Each file of the folder's list,
 * {@code files}, is a route of its own: there is no path that could lead elsewhere. A file is read
 * and compressed when it is first asked for; what is kept is the compressed form. Immutable but for
 * that; safe for any thread.
 */
final class StaticFiles {

  /** The list of the folder's files, one path a line. */
  static final String LIST = "files";

  /** What {@code /} is. */
  private static final String INDEX = "index.html";

  private static final Pattern PATH =
      Pattern.compile("[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*");

  private static final Map<String, String> TYPES =
      Map.ofEntries(
          Map.entry("html", "text/html; charset=utf-8"),
          Map.entry("js", "text/javascript; charset=utf-8"),
          Map.entry("mjs", "text/javascript; charset=utf-8"),
          Map.entry("css", "text/css; charset=utf-8"),
          Map.entry("json", "application/json"),
          Map.entry("webmanifest", "application/manifest+json"),
          Map.entry("svg", "image/svg+xml"),
          Map.entry("png", "image/png"),
          Map.entry("ico", "image/x-icon"),
          Map.entry("woff2", "font/woff2"),
          Map.entry("txt", "text/plain; charset=utf-8"));

  private StaticFiles() {}

  /**
   * Routes for the files of a folder; none, if it has no list.
   *
   * @param folder among the resources, as in {@code /dashboard/}
   */
  static List<Route> of(String folder) {
    List<Route> routes = new ArrayList<>();
    byte[] list = resource(folder + LIST);
    if (list == null) {
      return routes;
    }
    for (String path : new String(list, StandardCharsets.UTF_8).lines().toList()) {
      if (path.isBlank()) {
        continue;
      }
      if (!PATH.matcher(path).matches()) {
        throw new IllegalStateException(folder + LIST + ": " + path + " is no path of a file");
      }
      File file = new File(folder + path, type(path));
      routes.add(Route.get("/" + path).open().answers(file));
      if (path.equals(INDEX)) {
        routes.add(Route.get("/").open().answers(file));
      }
    }
    return routes;
  }

  private static String type(String path) {
    String type = TYPES.get(path.substring(path.lastIndexOf('.') + 1));
    if (type == null) {
      throw new IllegalStateException(path + ": its type is not known; add it to the table");
    }
    return type;
  }

  private static byte @Nullable [] resource(String name) {
    try (InputStream in = StaticFiles.class.getResourceAsStream(name)) {
      return in == null ? null : in.readAllBytes();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  /** What a file is sent as. */
  private record Content(byte[] gzip, String tag) {}

  /** One file. */
  private static final class File implements Resource {
    private final String resource;
    private final String type;
    private volatile @Nullable Content content;

    File(String resource, String type) {
      this.resource = resource;
      this.type = type;
    }

    @Override
    public Response answer(Request request) {
      Content known = content;
      if (known == null) {
        known = read(); // by two at once, maybe: they read the same
        content = known;
      }
      boolean compressed = accepts(request.header("Accept-Encoding"));
      String tag = compressed ? known.tag() : known.tag().replace("-gz\"", "\"");
      if (matches(request.header("If-None-Match"), tag)) {
        return shown(new Response.Whole(304, "", new byte[0], Map.of()), tag);
      }
      if (!compressed) {
        return shown(new Response.Whole(200, type, plain(known.gzip()), Map.of()), tag);
      }
      return shown(
          new Response.Whole(200, type, known.gzip(), Map.of("Content-Encoding", "gzip")), tag);
    }

    /** A browser asks each time whether it has changed, and gets a short answer. */
    private static Response shown(Response.Whole response, String tag) {
      return response
          .with("ETag", tag)
          .with("Cache-Control", "no-cache")
          .with("Vary", "Accept-Encoding");
    }

    private Content read() {
      byte[] octets = resource(resource);
      if (octets == null) {
        throw new IllegalStateException(resource + " is in the list, but is not there");
      }
      return new Content(compressed(octets), "\"" + digest(octets) + "-gz\"");
    }
  }

  private static boolean accepts(@Nullable String encodings) {
    return encodings != null
        && Arrays.stream(encodings.split(","))
            .map(encoding -> encoding.strip().replace(" ", ""))
            .anyMatch(encoding -> encoding.equals("gzip") || isWanted(encoding));
  }

  private static boolean isWanted(String encoding) {
    return encoding.startsWith("gzip;q=") && !encoding.matches("gzip;q=0(\\.0*)?");
  }

  private static boolean matches(@Nullable String tags, String tag) {
    return tags != null
        && (tags.strip().equals("*")
            || Arrays.stream(tags.split(","))
                .map(shown -> shown.strip().replaceFirst("^W/", ""))
                .anyMatch(tag::equals));
  }

  private static byte[] compressed(byte[] octets) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(octets);
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return out.toByteArray();
  }

  private static byte[] plain(byte[] gzip) {
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(gzip))) {
      return in.readAllBytes();
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
  }

  private static String digest(byte[] octets) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(octets);
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }
}
