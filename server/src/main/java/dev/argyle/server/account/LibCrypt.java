package dev.argyle.server.account;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system's library of password hashes (libxcrypt, which Debian, Fedora and others have), for
 * those of them that Java has no implementation of. It is looked for once, when the first such hash
 * is read. Safe for any thread.
 */
final class LibCrypt {

  /** Its name since libxcrypt 4, and the one of systems that left glibc's behind. */
  private static final String[] NAMES = {"libcrypt.so.1", "libcrypt.so.2"};

  /** The size of {@code struct crypt_data} (crypt.h). */
  private static final int DATA_OCTETS = 32_768;

  /** The longest hash that it gives, with its end (CRYPT_OUTPUT_SIZE). */
  private static final int OUTPUT_OCTETS = 384;

  /** {@code char *crypt_rn(const char *phrase, const char *setting, void *data, int size)}. */
  private static final FunctionDescriptor CRYPT_RN =
      FunctionDescriptor.of(
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.ADDRESS,
          ValueLayout.JAVA_INT);

  private static final Logger LOG = LoggerFactory.getLogger(LibCrypt.class);

  /** Null: this system has none. */
  private static final @Nullable MethodHandle CRYPT = bound();

  private LibCrypt() {}

  static boolean isThere() {
    return CRYPT != null;
  }

  private static @Nullable MethodHandle bound() {
    for (String name : NAMES) {
      try {
        MemorySegment function =
            SymbolLookup.libraryLookup(name, Arena.global()).find("crypt_rn").orElse(null);
        if (function != null) {
          return Linker.nativeLinker().downcallHandle(function, CRYPT_RN);
        }
      } catch (IllegalArgumentException | IllegalCallerException missing) {
        LOG.debug("{}: {}", name, missing.getMessage());
      }
    }
    return null;
  }

  /**
   * The hash of a password.
   *
   * @param password without an octet 0, which ends it in C
   * @param setting a hash, whose parameters and salt are taken
   * @return null: it knows no such setting, or is out of memory
   */
  static @Nullable String hash(byte[] password, String setting) {
    MethodHandle crypt = CRYPT;
    if (crypt == null) {
      return null;
    }
    byte[] phrase = Arrays.copyOf(password, password.length + 1);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment secret = arena.allocateFrom(ValueLayout.JAVA_BYTE, phrase);
      MemorySegment data = arena.allocate(DATA_OCTETS, 16);
      try {
        MemorySegment hash =
            (MemorySegment)
                crypt.invokeExact(secret, arena.allocateFrom(setting), data, DATA_OCTETS);
        return hash.equals(MemorySegment.NULL)
            ? null
            : hash.reinterpret(OUTPUT_OCTETS).getString(0);
      } finally {
        secret.fill((byte) 0);
        data.fill((byte) 0);
      }
    } catch (RuntimeException | Error ours) {
      throw ours;
    } catch (Throwable never) {
      throw new IllegalStateException("a function of C throws nothing", never);
    } finally {
      Arrays.fill(phrase, (byte) 0);
    }
  }
}
