import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFileVersion;
import java.lang.classfile.ClassHierarchyResolver;
import java.lang.classfile.ClassTransform;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Enumeration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.zip.ZipEntry;

/**
 * The last step of the build: makes the folder that {@code ./argyle} runs from. Maven calls it with
 * the folder, whose {@code lib} is filled, the launcher, and whether to make an AOT cache. Run from
 * its source: it is no part of the product.
 */
final class Assembly {

  private static final Map<String, String> NETTY_NAMES =
      Map.of("amd64", "x86_64", "aarch64", "aarch_64");
  private static final Map<String, String> SQLITE_NAMES =
      Map.of("amd64", "x86_64", "aarch64", "aarch64");

  private static final String SQLITE_NATIVES = "org/sqlite/native/";

  /** Class files of Java 6 and newer may be kept in the cache. */
  private static final int OLDEST_CACHED_FORMAT = 50;

  private Assembly() {}

  public static void main(String[] arguments) throws Exception {
    Path application = Path.of(arguments[0]);
    Path launcher = Path.of(arguments[1]);
    Path lib = application.resolve("lib");
    if (unpackNatives(application)) {
      rewrite(lib, "sqlite-jdbc-", name -> name.startsWith(SQLITE_NATIVES)); // of twenty systems
    }
    rewrite(lib, "bcprov-", name -> false);
    rewrite(lib, "picocli-", name -> false);
    if (Boolean.parseBoolean(arguments[2])) {
      new Training(application.resolve("argyle.aot"), launcher).run();
    }
    Files.writeString(application.resolve("built"), "");
  }

  /**
   * Unpacks what Netty and SQLite would else unpack into the temporary folder at every start. On a
   * platform that is not named here they still do.
   *
   * @return whether SQLite's was unpacked
   */
  private static boolean unpackNatives(Path application) throws IOException {
    Path natives = Files.createDirectories(application.resolve("native"));
    if (!System.getProperty("os.name").equals("Linux")) {
      return false;
    }
    String architecture = System.getProperty("os.arch").toLowerCase(Locale.ROOT);
    String netty = NETTY_NAMES.get(architecture);
    String sqlite = SQLITE_NAMES.get(architecture);
    if (netty == null || sqlite == null) {
      return false;
    }
    String epoll = "libnetty_transport_native_epoll_" + netty + ".so";
    unpack(application, "netty-transport-native-epoll-", "META-INF/native/" + epoll, natives);
    String libc = Files.exists(Path.of("/etc/alpine-release")) ? "Linux-Musl" : "Linux";
    return unpack(
        application,
        "sqlite-jdbc-",
        SQLITE_NATIVES + libc + "/" + sqlite + "/libsqlitejdbc.so",
        natives);
  }

  private static boolean unpack(Path application, String jarPrefix, String name, Path to)
      throws IOException {
    boolean unpacked = false;
    for (Path path : jars(application.resolve("lib"), jarPrefix)) {
      try (JarFile jar = new JarFile(path.toFile())) {
        ZipEntry entry = jar.getEntry(name);
        if (entry != null) {
          try (InputStream in = jar.getInputStream(entry)) {
            Files.copy(
                in,
                to.resolve(name.substring(name.lastIndexOf('/') + 1)),
                StandardCopyOption.REPLACE_EXISTING);
            unpacked = true;
          }
        }
      }
    }
    return unpacked;
  }

  /**
   * Writes a library anew so that the JVM's cache takes its classes: it leaves out those of signed
   * jars, and those in the class file format of Java 5. Nobody checks the signature here (Bouncy
   * Castle as a library, not as a security provider), and reading its thousands of digests takes a
   * quarter of a second; picocli's format is as old as the oldest Java that it serves.
   *
   * @param leftOut entries that nobody needs any more, by name
   */
  private static void rewrite(Path lib, String jarPrefix, Predicate<String> leftOut)
      throws IOException {
    for (Path path : jars(lib, jarPrefix)) {
      Path plain = lib.resolve("rewritten.tmp");
      try (JarFile jar = new JarFile(path.toFile(), false)) {
        Manifest manifest = new Manifest();
        Attributes attributes = manifest.getMainAttributes();
        attributes.putAll(jar.getManifest().getMainAttributes());
        try (OutputStream out = Files.newOutputStream(plain);
            JarOutputStream copy = new JarOutputStream(out)) {
          JarEntry first = new JarEntry(JarFile.MANIFEST_NAME);
          // not now: every build makes the same octets
          first.setTime(jar.getEntry(JarFile.MANIFEST_NAME).getTime());
          copy.putNextEntry(first);
          manifest.write(copy);
          copy.closeEntry();
          for (Enumeration<JarEntry> entries = jar.entries(); entries.hasMoreElements(); ) {
            JarEntry entry = entries.nextElement();
            if (!isSignature(entry.getName())
                && !entry.isDirectory()
                && !leftOut.test(entry.getName())) {
              JarEntry twin = new JarEntry(entry.getName());
              twin.setTime(entry.getTime());
              copy.putNextEntry(twin);
              copy.write(lifted(jar, entry));
              copy.closeEntry();
            }
          }
        }
      }
      Files.move(plain, path, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  private static boolean isSignature(String name) {
    return name.equals(JarFile.MANIFEST_NAME)
        || (name.startsWith("META-INF/")
            && name.indexOf('/', "META-INF/".length()) < 0
            && (name.endsWith(".SF") || name.endsWith(".RSA") || name.endsWith(".DSA")
                || name.endsWith(".EC")));
  }

  /** The octets of an entry; those of an old class in the format of Java 8, with stack maps. */
  private static byte[] lifted(JarFile jar, JarEntry entry) throws IOException {
    byte[] octets;
    try (InputStream in = jar.getInputStream(entry)) {
      octets = in.readAllBytes();
    }
    if (!entry.getName().endsWith(".class") || octets[7] >= OLDEST_CACHED_FORMAT) {
      return octets;
    }
    ClassFile format =
        ClassFile.of(
            ClassFile.StackMapsOption.GENERATE_STACK_MAPS,
            ClassFile.ClassHierarchyResolverOption.of(
                ClassHierarchyResolver.ofResourceParsing(type -> resource(jar, type))
                    .orElse(ClassHierarchyResolver.defaultResolver())));
    ClassTransform bodiesAnew =
        ClassTransform.transformingMethodBodies((builder, element) -> builder.with(element));
    return format.transformClass(
        format.parse(octets),
        bodiesAnew.andThen(
            (builder, element) -> {
              if (element instanceof ClassFileVersion) {
                builder.withVersion(ClassFile.JAVA_8_VERSION, 0);
              } else {
                builder.with(element);
              }
            }));
  }

  private static InputStream resource(JarFile jar, ClassDesc type) {
    String descriptor = type.descriptorString();
    JarEntry entry = jar.getJarEntry(descriptor.substring(1, descriptor.length() - 1) + ".class");
    try {
      return entry == null ? null : jar.getInputStream(entry);
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }

  private static List<Path> jars(Path lib, String prefix) throws IOException {
    try (var files = Files.list(lib)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(prefix))
          .filter(file -> file.toString().endsWith(".jar"))
          .toList();
    }
  }
}
