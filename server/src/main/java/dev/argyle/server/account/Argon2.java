package dev.argyle.server.account;

import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.bouncycastle.crypto.digests.Blake2bDigest;

/**
 * One computation of Argon2 (RFC 9106, section 3), by one thread, in memory outside of the heap.
 * The names are the RFC's: memory is {@code p} lanes of {@code q} blocks, a lane is four segments,
 * and a pass fills segment after segment of every lane.
 */
final class Argon2 {

  static final int BLOCK_OCTETS = 1024;

  static final int TYPE_D = 0;
  static final int TYPE_I = 1;
  static final int TYPE_ID = 2;
  static final int VERSION_13 = 0x13;

  private static final int WORDS = BLOCK_OCTETS / Long.BYTES;
  private static final int SLICES = 4;
  private static final int HASH_OCTETS = 64;
  private static final long LOW = 0xFFFF_FFFFL;

  private static final VarHandle LITTLE_ENDIAN =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final int type;
  private final int version;
  private final int passes;
  private final int lanes;
  private final int laneLength;
  private final int segmentLength;
  private final MemorySegment memory;

  // Of the block that is filled, and of the addresses that a segment's blocks refer to.
  private final long[] mixed = new long[WORDS];
  private final long[] kept = new long[WORDS];
  private final long[] other = new long[WORDS];
  private final long[] input = new long[WORDS];
  private final long[] addresses = new long[WORDS];

  private Argon2(Argon2Hash parameters, Argon2Memory memory) {
    type = parameters.type();
    version = parameters.version();
    passes = parameters.passes();
    lanes = parameters.lanes();
    segmentLength = parameters.memoryKibioctets() / (SLICES * lanes);
    laneLength = segmentLength * SLICES;
    this.memory = memory.blocks(laneLength * lanes);
  }

  /**
   * The tag of a password.
   *
   * @param parameters type, version, costs and salt; the length of its tag is the result's
   */
  static byte[] tag(byte[] password, Argon2Hash parameters, Argon2Memory memory) {
    Argon2 computation = new Argon2(parameters, memory);
    byte[] first = firstHash(password, parameters);
    computation.begin(first);
    Arrays.fill(first, (byte) 0);
    computation.fill();
    return computation.end(parameters.tag().length);
  }

  /** H0 (section 3.2): without a secret and associated data. */
  private static byte[] firstHash(byte[] password, Argon2Hash parameters) {
    Blake2bDigest hash = new Blake2bDigest(HASH_OCTETS * 8);
    for (int number :
        new int[] {
          parameters.lanes(),
          parameters.tag().length,
          parameters.memoryKibioctets(),
          parameters.passes(),
          parameters.version(),
          parameters.type(),
          password.length
        }) {
      update(hash, number);
    }
    hash.update(password, 0, password.length);
    update(hash, parameters.salt().length);
    hash.update(parameters.salt(), 0, parameters.salt().length);
    update(hash, 0);
    update(hash, 0);
    byte[] out = new byte[HASH_OCTETS];
    hash.doFinal(out, 0);
    return out;
  }

  private static void update(Blake2bDigest hash, int number) {
    for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
      hash.update((byte) (number >>> shift));
    }
  }

  /** H' (section 3.3): a hash of any length of these octets. */
  private static byte[] longHash(byte[] octets, int length) {
    Blake2bDigest hash = new Blake2bDigest(Math.min(length, HASH_OCTETS) * 8);
    update(hash, length);
    hash.update(octets, 0, octets.length);
    byte[] out = new byte[length];
    byte[] value = new byte[hash.getDigestSize()];
    hash.doFinal(value, 0);
    int at = 0;
    while (length - at > HASH_OCTETS) { // half of each value but the last
      System.arraycopy(value, 0, out, at, HASH_OCTETS / 2);
      at += HASH_OCTETS / 2;
      hash = new Blake2bDigest(Math.min(length - at, HASH_OCTETS) * 8);
      hash.update(value, 0, value.length);
      value = new byte[hash.getDigestSize()];
      hash.doFinal(value, 0);
    }
    System.arraycopy(value, 0, out, at, length - at);
    return out;
  }

  /** The first two blocks of each lane. */
  private void begin(byte[] first) {
    byte[] seed = Arrays.copyOf(first, HASH_OCTETS + 8);
    for (int lane = 0; lane < lanes; lane++) {
      for (int column = 0; column < 2; column++) {
        seed[HASH_OCTETS] = (byte) column;
        seed[HASH_OCTETS + 4] = (byte) lane;
        byte[] block = longHash(seed, BLOCK_OCTETS);
        for (int i = 0; i < WORDS; i++) {
          mixed[i] = (long) LITTLE_ENDIAN.get(block, i * Long.BYTES);
        }
        write(mixed, lane * laneLength + column);
        Arrays.fill(block, (byte) 0);
      }
    }
    Arrays.fill(seed, (byte) 0);
  }

  private void fill() {
    for (int pass = 0; pass < passes; pass++) {
      for (int slice = 0; slice < SLICES; slice++) {
        for (int lane = 0; lane < lanes; lane++) {
          fillSegment(pass, slice, lane);
        }
      }
    }
  }

  private void fillSegment(int pass, int slice, int lane) {
    boolean independent = type == TYPE_I || (type == TYPE_ID && pass == 0 && slice < SLICES / 2);
    if (independent) {
      Arrays.fill(input, 0);
      input[0] = pass;
      input[1] = lane;
      input[2] = slice;
      input[3] = (long) laneLength * lanes;
      input[4] = passes;
      input[5] = type;
    }
    int begin = pass == 0 && slice == 0 ? 2 : 0;
    for (int index = begin; index < segmentLength; index++) {
      if (independent && (index == begin || index % WORDS == 0)) {
        nextAddresses();
      }
      int current = lane * laneLength + slice * segmentLength + index;
      int previous = slice == 0 && index == 0 ? current + laneLength - 1 : current - 1;
      long random =
          independent
              ? addresses[index % WORDS]
              : memory.get(JAVA_LONG, (long) previous * BLOCK_OCTETS);
      int from = pass == 0 && slice == 0 ? lane : (int) ((random >>> 32) % lanes);
      int reference = from * laneLength + column(pass, slice, index, from == lane, random & LOW);
      fillBlock(previous, reference, current, pass > 0 && version == VERSION_13);
    }
  }

  /** 128 more pseudo-random values that depend on the position alone (section 3.4.1.2). */
  private void nextAddresses() {
    input[6]++;
    System.arraycopy(input, 0, mixed, 0, WORDS);
    compress();
    System.arraycopy(mixed, 0, addresses, 0, WORDS);
    compress();
    System.arraycopy(mixed, 0, addresses, 0, WORDS);
  }

  /** Which block of its lane is referred to (section 3.4.2). */
  private int column(int pass, int slice, int index, boolean sameLane, long random) {
    int filled = pass == 0 ? slice * segmentLength : laneLength - segmentLength;
    int area = sameLane ? filled + index - 1 : filled - (index == 0 ? 1 : 0);
    long relative = area - 1 - (area * ((random * random) >>> 32) >>> 32);
    int start = pass == 0 || slice == SLICES - 1 ? 0 : (slice + 1) * segmentLength;
    return (int) ((start + relative) % laneLength);
  }

  private void fillBlock(int previous, int reference, int current, boolean over) {
    read(previous, mixed);
    read(reference, other);
    for (int i = 0; i < WORDS; i++) {
      mixed[i] ^= other[i];
    }
    compress();
    if (over) {
      read(current, other);
      for (int i = 0; i < WORDS; i++) {
        mixed[i] ^= other[i];
      }
    }
    write(mixed, current);
  }

  private void read(int block, long[] words) {
    MemorySegment.copy(memory, JAVA_LONG, (long) block * BLOCK_OCTETS, words, 0, WORDS);
  }

  private void write(long[] words, int block) {
    MemorySegment.copy(words, 0, memory, JAVA_LONG, (long) block * BLOCK_OCTETS, WORDS);
  }

  private byte[] end(int length) {
    Arrays.fill(mixed, 0);
    for (int lane = 0; lane < lanes; lane++) {
      read((lane + 1) * laneLength - 1, other);
      for (int i = 0; i < WORDS; i++) {
        mixed[i] ^= other[i];
      }
    }
    byte[] last = new byte[BLOCK_OCTETS];
    for (int i = 0; i < WORDS; i++) {
      LITTLE_ENDIAN.set(last, i * Long.BYTES, mixed[i]);
    }
    return longHash(last, length);
  }

  /** G (section 3.5) of what has been combined in {@link #mixed}. */
  private void compress() {
    long[] v = mixed;
    System.arraycopy(v, 0, kept, 0, WORDS);
    for (int row = 0; row < WORDS; row += 16) {
      permute(v, row, 1, 2);
    }
    for (int column = 0; column < 16; column += 2) {
      permute(v, column, 1, 16);
    }
    for (int i = 0; i < WORDS; i++) {
      v[i] ^= kept[i];
    }
  }

  /**
   * P (section 3.6) of eight pairs of words.
   *
   * @param a the first pair's first word
   * @param pair from a pair's first word to its second
   * @param next from a pair to the next
   */
  private static void permute(long[] v, int a, int pair, int next) {
    int b = a + 2 * next;
    int c = a + 4 * next;
    int d = a + 6 * next;
    mix(v, a, b, c, d);
    mix(v, a + pair, b + pair, c + pair, d + pair);
    mix(v, a + next, b + next, c + next, d + next);
    mix(v, a + next + pair, b + next + pair, c + next + pair, d + next + pair);
    mix(v, a, b + pair, c + next, d + next + pair);
    mix(v, a + pair, b + next, c + next + pair, d);
    mix(v, a + next, b + next + pair, c, d + pair);
    mix(v, a + next + pair, b, c + pair, d + next);
  }

  private static void mix(long[] v, int a, int b, int c, int d) {
    long va = v[a];
    long vb = v[b];
    long vc = v[c];
    long vd = v[d];
    va += vb + 2 * (va & LOW) * (vb & LOW);
    vd = Long.rotateRight(vd ^ va, 32);
    vc += vd + 2 * (vc & LOW) * (vd & LOW);
    vb = Long.rotateRight(vb ^ vc, 24);
    va += vb + 2 * (va & LOW) * (vb & LOW);
    vd = Long.rotateRight(vd ^ va, 16);
    vc += vd + 2 * (vc & LOW) * (vd & LOW);
    vb = Long.rotateRight(vb ^ vc, 63);
    v[a] = va;
    v[b] = vb;
    v[c] = vc;
    v[d] = vd;
  }
}
