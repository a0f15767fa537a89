package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.management.ManagementFactory;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Tag;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;

@Tag("property")
class Argon2Test {

  /** An implementation that keeps its blocks on the heap. */
  private static byte[] byBouncyCastle(byte[] password, Argon2Hash parameters) {
    Argon2BytesGenerator generator = new Argon2BytesGenerator();
    generator.init(
        new Argon2Parameters.Builder(parameters.type())
            .withVersion(parameters.version())
            .withMemoryAsKB(parameters.memoryKibioctets())
            .withIterations(parameters.passes())
            .withParallelism(parameters.lanes())
            .withSalt(parameters.salt())
            .build());
    byte[] tag = new byte[parameters.tag().length];
    generator.generateBytes(password, tag);
    return tag;
  }

  @Property(tries = 300)
  void tagsAreThoseOfAnotherImplementation(
      @ForAll @IntRange(max = 2) int type,
      @ForAll boolean old,
      @ForAll @IntRange(min = 1, max = 3) int passes,
      @ForAll @IntRange(min = 1, max = 4) int lanes,
      @ForAll @IntRange(max = 700) int moreMemory,
      @ForAll @Size(max = 100) byte[] password,
      @ForAll @IntRange(min = 16, max = 200) int tagOctets,
      @ForAll long seed) {
    byte[] salt = new byte[16];
    new Random(seed).nextBytes(salt);
    Argon2Hash parameters =
        new Argon2Hash(
            type, old ? 16 : 19, 8 * lanes + moreMemory, passes, lanes, salt, new byte[tagOctets]);
    try (Argon2Memory memory = new Argon2Memory()) {
      byte[] expected = byBouncyCastle(password, parameters);
      assertThat(Argon2.tag(password, parameters, memory)).isEqualTo(expected);
      assertThat(Argon2.tag(password, parameters, memory)) // in memory that was used
          .isEqualTo(expected);
    }
  }

  @Example
  void hashOfOursLeavesNextToNothingOnTheHeap() {
    var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
    try (Argon2Memory memory = new Argon2Memory()) {
      Argon2Hash.create(new byte[8], memory);
      long before = threads.getCurrentThreadAllocatedBytes();
      Argon2Hash.create(new byte[8], memory);
      assertThat(threads.getCurrentThreadAllocatedBytes() - before)
          .isLessThan(256 * 1024); // of 19 MiB
    }
  }
}
