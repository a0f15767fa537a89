import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * The part of {@code ./release} that is no work for a shell: writes the licences of all that the
 * release contains, and its SBOM (CycloneDX 1.6). Run from its source, with Jackson in the class
 * path. Arguments: the staged release, this folder, Argyle's version, and its commit's
 * time in seconds. The same arguments make the same octets.
 */
final class Release {

  private static final Pattern JAR =
      Pattern.compile("(?<artifact>.+?)-(?<version>\\d+(?:\\.\\w+)*)(?:-(?<classifier>.+))?\\.jar");
  private static final Pattern LICENCE =
      Pattern.compile("(?i)(?:META-INF|dashboard)/(?:.*/)?[^/]*(?:licen[cs]e|notice)[^/]*");

  /** What others wrote, where its licence is, and the file that it is, or that it lies inside. */
  private record Library(
      String group,
      String name,
      String version,
      String purl,
      String licence,
      String text,
      Path file,
      boolean inside) {}

  /** A row of libraries.txt. */
  private record Row(String kind, String group, String name, String licence, String text) {

    static Row of(String line) {
      String[] words = line.split("\\s+");
      if (words.length != 5 || !Set.of("library", "inside").contains(words[0])) {
        throw new IllegalArgumentException("libraries.txt: not a row: " + line);
      }
      return new Row(words[0], words[1], words[2], words[3], words[4]);
    }

    boolean is(String artifact) {
      return name.endsWith("*")
          ? artifact.startsWith(name.substring(0, name.length() - 1))
          : artifact.equals(name);
    }
  }

  private final Path release;
  private final Path sources;
  private final String version;
  private final Instant time;
  private final List<Library> libraries = new ArrayList<>();

  private Release(Path release, Path sources, String version, Instant time) {
    this.release = release;
    this.sources = sources;
    this.version = version;
    this.time = time;
  }

  public static void main(String[] arguments) throws Exception {
    Release release =
        new Release(
            Path.of(arguments[0]),
            Path.of(arguments[1]),
            arguments[2],
            Instant.ofEpochSecond(Long.parseLong(arguments[3])));
    release.identify();
    release.writeLicences();
    release.writeSbom();
  }

  /** Finds the row of each jar, and the jar of each row. */
  private void identify() throws IOException {
    List<Row> rows =
        Files.readAllLines(sources.resolve("libraries.txt")).stream()
            .filter(line -> !line.isBlank() && !line.startsWith("#"))
            .map(Row::of)
            .toList();
    Set<Row> used = new HashSet<>();
    for (Path jar : jars(path -> true)) {
      String name = jar.getFileName().toString();
      if (name.startsWith("argyle")) {
        continue;
      }
      Matcher parts = JAR.matcher(name);
      Row row =
          !parts.matches()
              ? null
              : rows.stream()
                  .filter(each -> each.kind().equals("library") && each.is(parts.group("artifact")))
                  .findFirst()
                  .orElse(null);
      if (row == null) {
        throw new IllegalStateException(
            "lib/" + name + " has no row in deploy/release/libraries.txt: add one, with its licence");
      }
      used.add(row);
      libraries.add(library(row, parts, jar));
    }
    for (Row row : rows) {
      if (row.kind().equals("inside")) {
        libraries.add(inside(row));
      } else if (!used.contains(row)) {
        throw new IllegalStateException(
            "deploy/release/libraries.txt: no jar for " + row.name() + ": take its row out");
      }
    }
    libraries.add(runtime());
  }

  private static Library library(Row row, Matcher jarName, Path jar) {
    String artifact = jarName.group("artifact");
    String number = jarName.group("version");
    String classifier = jarName.group("classifier");
    String purl =
        "pkg:maven/" + row.group() + "/" + artifact + "@" + number
            + (classifier == null ? "" : "?classifier=" + classifier);
    return new Library(row.group(), artifact, number, purl, row.licence(), row.text(), jar, false);
  }

  /** A version that the container does not have any more is an error: the row was forgotten. */
  private Library inside(Row row) throws IOException {
    Path jar = jarOf(row.group());
    Matcher purl = Pattern.compile("pkg:[^/]+/(?:(.+)/)?([^/@]+)@(.+)").matcher(row.name());
    if (!purl.matches()) {
      throw new IllegalArgumentException("libraries.txt: not a PURL with a version: " + row.name());
    }
    String group = purl.group(1) == null ? "" : purl.group(1);
    String number = purl.group(3);
    String proof = group.isEmpty() ? jar.getFileName() + "\n" : "";
    try (ZipFile zip = new ZipFile(jar.toFile())) {
      for (String name :
          List.of(
              "META-INF/maven/" + group + "/" + purl.group(2) + "/pom.properties",
              "dashboard/vendor/THIRD-PARTY.txt")) {
        ZipEntry entry = zip.getEntry(name);
        proof += entry == null ? "" : new String(octets(zip, entry), StandardCharsets.UTF_8);
      }
    }
    if (!proof.contains(number)) {
      throw new IllegalStateException(
          "deploy/release/libraries.txt: " + row.name() + " is another version in " + jar);
    }
    return new Library(group, purl.group(2), number, row.name(), row.licence(), row.text(), jar, true);
  }

  /** Ours is the JDK that runs this: jlink took the release's runtime from it. */
  private Library runtime() {
    String number = System.getProperty("java.runtime.version");
    return new Library(
        System.getProperty("java.vendor"),
        "openjdk",
        number,
        "pkg:generic/openjdk@" + number.replace("+", "%2B"),
        "GPL-2.0-only WITH Classpath-exception-2.0",
        "runtime/legal",
        release.resolve("runtime/lib/modules"),
        false);
  }

  private void writeLicences() throws IOException {
    Path folder = Files.createDirectories(release.resolve("licences"));
    StringBuilder index =
        new StringBuilder("What this release contains that others wrote, and under which licence.\n\n");
    for (Library each : libraries) {
      String where = each.text();
      switch (where) {
        case "jar" -> {
          where = "licences/" + each.name() + "/";
          copyLicences(each, folder.resolve(each.name()));
        }
        case "LICENSE", "runtime/legal" -> {}
        case "-" -> where = "none is needed";
        default -> {
          Files.copy(
              sources.resolve("licences").resolve(where),
              folder.resolve(where),
              StandardCopyOption.REPLACE_EXISTING);
          where = "licences/" + where;
        }
      }
      index.append(
          "%s %s: %s (%s)\n".formatted(each.name(), each.version(), each.licence(), where));
    }
    Files.writeString(folder.resolve("README.txt"), index.toString());
  }

  private static void copyLicences(Library library, Path folder) throws IOException {
    Files.createDirectories(folder);
    boolean own = library.file().getFileName().toString().startsWith("argyle");
    boolean any = false;
    try (ZipFile zip = new ZipFile(library.file().toFile())) {
      for (ZipEntry entry : zip.stream().toList()) {
        String name = entry.getName().substring(entry.getName().lastIndexOf('/') + 1);
        if (LICENCE.matcher(entry.getName()).matches()
            && !name.endsWith(".class")
            && (!own || name.toLowerCase(Locale.ROOT).startsWith(library.name() + "."))) {
          Files.write(folder.resolve(name), octets(zip, entry));
          any = true;
        }
      }
    }
    if (!any) {
      throw new IllegalStateException(
          library.file() + " has no licence of " + library.name() + ": put it into deploy/release/licences");
    }
  }

  private void writeSbom() throws IOException {
    try (JsonGenerator out =
        new JsonFactory()
            .createGenerator(Files.newBufferedWriter(release.resolve("argyle.cdx.json")))) {
      out.setPrettyPrinter(new DefaultPrettyPrinter());
      out.writeStartObject();
      out.writeStringField("bomFormat", "CycloneDX");
      out.writeStringField("specVersion", "1.6");
      out.writeStringField(
          "serialNumber",
          "urn:uuid:"
              + UUID.nameUUIDFromBytes(
                  (version + time + libraries.stream().map(Library::purl).toList())
                      .getBytes(StandardCharsets.UTF_8)));
      out.writeNumberField("version", 1);
      String self = "pkg:maven/dev.argyle/argyle-cli@" + version;
      out.writeObjectFieldStart("metadata");
      out.writeStringField("timestamp", time.toString());
      out.writeObjectFieldStart("component");
      out.writeStringField("type", "application");
      out.writeStringField("bom-ref", self);
      out.writeStringField("group", "dev.argyle");
      out.writeStringField("name", "argyle");
      out.writeStringField("version", version);
      writeLicence(out, "Apache-2.0");
      out.writeStringField("purl", self);
      out.writeEndObject();
      out.writeEndObject();
      out.writeArrayFieldStart("components");
      for (Library each : libraries) {
        writeComponent(out, each);
      }
      out.writeEndArray();
      out.writeArrayFieldStart("dependencies");
      out.writeStartObject();
      out.writeStringField("ref", self);
      out.writeArrayFieldStart("dependsOn");
      for (Library each : libraries) {
        out.writeString(each.purl());
      }
      out.writeEndArray();
      out.writeEndObject();
      out.writeEndArray();
      out.writeEndObject();
    }
  }

  private void writeComponent(JsonGenerator out, Library library) throws IOException {
    out.writeStartObject();
    out.writeStringField("type", library.name().equals("openjdk") ? "platform" : "library");
    out.writeStringField("bom-ref", library.purl());
    if (!library.group().isEmpty()) {
      out.writeStringField("group", library.group());
    }
    out.writeStringField("name", library.name());
    out.writeStringField("version", library.version());
    String file = release.relativize(library.file()).toString();
    if (!library.inside()) {
      out.writeArrayFieldStart("hashes");
      out.writeStartObject();
      out.writeStringField("alg", "SHA-256");
      out.writeStringField("content", digest(library.file()));
      out.writeEndObject();
      out.writeEndArray();
    }
    writeLicence(out, library.licence());
    out.writeStringField("purl", library.purl());
    out.writeArrayFieldStart("properties");
    out.writeStartObject();
    out.writeStringField("name", "argyle:file");
    out.writeStringField("value", file);
    out.writeEndObject();
    out.writeEndArray();
    out.writeEndObject();
  }

  private static void writeLicence(JsonGenerator out, String licence) throws IOException {
    out.writeArrayFieldStart("licenses");
    out.writeStartObject();
    if (licence.contains(" ")) {
      out.writeStringField("expression", licence);
    } else {
      out.writeObjectFieldStart("license");
      out.writeStringField("id", licence);
      out.writeEndObject();
    }
    out.writeEndObject();
    out.writeEndArray();
  }

  private Path jarOf(String artifact) throws IOException {
    List<Path> found =
        jars(path -> path.getFileName().toString().matches(Pattern.quote(artifact) + "-\\d.*\\.jar"));
    if (found.size() != 1) {
      throw new IllegalStateException("lib has " + found.size() + " jars of " + artifact + ", not one");
    }
    return found.getFirst();
  }

  private List<Path> jars(Predicate<Path> wanted) throws IOException {
    try (var files = Files.list(release.resolve("lib"))) {
      return files.filter(path -> path.toString().endsWith(".jar")).filter(wanted).sorted().toList();
    }
  }

  private static byte[] octets(ZipFile zip, ZipEntry entry) throws IOException {
    try (InputStream in = zip.getInputStream(entry)) {
      return in.readAllBytes();
    }
  }

  private static String digest(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
      byte[] block = new byte[1 << 16];
      for (int count = in.read(block); count >= 0; count = in.read(block)) {
        sha256.update(block, 0, count);
      }
      return HexFormat.of().formatHex(sha256.digest());
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException(missing);
    }
  }
}
