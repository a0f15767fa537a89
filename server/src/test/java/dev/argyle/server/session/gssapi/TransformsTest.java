package dev.argyle.server.session.gssapi;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.net.Supervised;
import dev.argyle.server.relay.Transform;
import dev.argyle.server.relay.Transform.Chunk;
import dev.argyle.server.telemetry.EndReason;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import dev.argyle.wire.gssapi.GssapiFrame.Token;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Both transforms by themselves; the test's thread is their loop. */
@Tag("play")
class TransformsTest {

  private static final byte[] NOTHING = {};

  private final BlockingQueue<Runnable> loop = new LinkedBlockingQueue<>();
  private final List<EndReason> broken = new ArrayList<>();
  private final List<Throwable> bugs = new ArrayList<>();
  private int ready;

  private <T extends Transform> T started(T transform) {
    Supervised tunnel = bugs::add;
    transform.start(loop::add, tunnel, () -> ready++);
    return transform;
  }

  private Transform wrapping() {
    return started(new WrapTransform(TransparentSeal.make()));
  }

  private Transform unwrapping(byte... payload) {
    Sealing sealing = new Sealing(TransparentSeal.make(), new FrameAssembly(), payload);
    return started(sealing.unwrapping(ending -> broken.add(ending.reason())));
  }

  private static void take(Transform transform, byte[] octets) {
    transform.take(ByteBuffer.wrap(octets));
  }

  private static byte[] frame(byte[] plain) {
    return new Token(Purpose.DATA, TransparentSeal.token(plain)).octets();
  }

  /** Runs what another thread has left for the loop. */
  private void workIsDone() throws InterruptedException {
    Objects.requireNonNull(loop.poll(10, TimeUnit.SECONDS), "something was worked on").run();
  }

  private static Chunk chunk(@Nullable Chunk made) {
    return Objects.requireNonNull(made, "a chunk");
  }

  private static byte[] octets(int length) {
    byte[] all = new byte[length];
    Arrays.fill(all, (byte) 'x');
    return all;
  }

  @Test
  void fewOctetsAreTransformedAtOnceAndMoreElsewhere() throws Exception {
    Transform wrapping = wrapping();
    take(wrapping, octets(BatchTransform.FEW_OCTETS));
    assertThat(chunk(wrapping.next()).plainOctets()).isEqualTo(BatchTransform.FEW_OCTETS);
    take(wrapping, octets(BatchTransform.FEW_OCTETS + 1));
    assertThat(wrapping.next()).isNull();
    workIsDone();
    assertThat(ready).isEqualTo(1);
    assertThat(chunk(wrapping.next()).plainOctets()).isEqualTo(BatchTransform.FEW_OCTETS + 1);
  }

  @Test
  void tokensOfABatchAreAllOfOneSize() throws Exception {
    Transform wrapping = wrapping();
    take(wrapping, octets(65_536)); // two octets more than one token carries
    workIsDone();
    Chunk chunk = chunk(wrapping.next());
    assertThat(chunk.plainOctets()).isEqualTo(65_536);
    byte[] half = frame(octets(32_768));
    ByteArrayOutputStream both = new ByteArrayOutputStream();
    both.writeBytes(half);
    both.writeBytes(half);
    assertThat(chunk.octets()).isEqualTo(both.toByteArray());
  }

  @Test
  void whatIsNotTakenHoldsBackWhatComes() throws Exception {
    for (Transform transform : new Transform[] {wrapping(), unwrapping()}) {
      byte[] piece = transform instanceof WrapTransform ? octets(40_000) : frame(octets(40_000));
      take(transform, piece); // is worked on
      take(transform, piece); // waits
      assertThat(transform.wantsMore()).isTrue();
      take(transform, piece); // waits too
      assertThat(transform.wantsMore()).isFalse();
      workIsDone();
      assertThat(transform.wantsMore()).as("a chunk is there that nobody takes").isFalse();
      assertThat(loop.poll(50, TimeUnit.MILLISECONDS)).as("and nothing is worked on").isNull();
      assertThat(chunk(transform.next()).plainOctets()).isEqualTo(40_000);
      assertThat(transform.wantsMore()).isTrue();
      workIsDone();
      assertThat(chunk(transform.next()).plainOctets()).isEqualTo(40_000);
      workIsDone();
      assertThat(chunk(transform.next()).plainOctets()).isEqualTo(40_000);
      assertThat(transform.next()).isNull();
    }
  }

  @Test
  void whatItHoldsIsCountedWhereverItIs() throws Exception {
    for (Transform transform : new Transform[] {wrapping(), unwrapping()}) {
      byte[] piece = transform instanceof WrapTransform ? octets(40_000) : frame(octets(40_000));
      take(transform, Arrays.copyOf(piece, 30_000)); // is worked on, or a part of a frame
      assertThat(transform.heldOctets()).isGreaterThanOrEqualTo(29_996);
      take(transform, Arrays.copyOfRange(piece, 30_000, 40_000));
      take(transform, Arrays.copyOfRange(piece, 40_000, piece.length));
      assertThat(transform.heldOctets()).isBetween(39_996, 41_000);
      workIsDone();
      assertThat(transform.heldOctets()).as("a chunk, and what waits").isBetween(39_996, 42_000);
      int taken = 0;
      while (taken < 40_000) {
        Chunk next = transform.next();
        if (next == null) {
          workIsDone();
        } else {
          taken += next.plainOctets();
        }
      }
      assertThat(transform.next()).isNull();
      assertThat(transform.heldOctets()).isZero();
      take(transform, Arrays.copyOf(piece, 30_000));
      transform.close();
    }
  }

  @Test
  void emptyTokensAreHeldInABoundedNumber() {
    Transform unwrapping = unwrapping();
    take(unwrapping, frame(octets(5_000))); // is worked on meanwhile
    int held = 0;
    for (; unwrapping.wantsMore(); held++) {
      take(unwrapping, frame(NOTHING));
    }
    assertThat(held).isLessThanOrEqualTo(2048);
  }

  @Test
  void theEndIsBehindTheLastChunk() throws Exception {
    Transform unwrapping = unwrapping((byte) 'p');
    take(unwrapping, frame(octets(5_000)));
    unwrapping.endInput();
    assertThat(unwrapping.ended()).isFalse();
    assertThat(chunk(unwrapping.next()).octets()).isEqualTo(new byte[] {'p'});
    assertThat(unwrapping.ended()).as("a batch is being worked on").isFalse();
    workIsDone();
    assertThat(unwrapping.ended()).isFalse();
    assertThat(chunk(unwrapping.next()).plainOctets()).isEqualTo(5_000);
    assertThat(unwrapping.ended()).isTrue();
    assertThat(unwrapping.failure()).isNull();
  }

  @Test
  void tokensBehindABrokenOneAreDropped() throws Exception {
    Transform unwrapping = unwrapping();
    take(unwrapping, new Token(Purpose.DATA, new byte[5_000]).octets());
    take(unwrapping, frame(octets(5)));
    assertThat(unwrapping.failure()).isNull();
    workIsDone();
    assertThat(unwrapping.failure()).isEqualTo(EndReason.SEAL_BROKEN);
    assertThat(unwrapping.next()).isNull();
    assertThat(unwrapping.wantsMore()).isFalse();
    assertThat(broken).containsExactly(EndReason.SEAL_BROKEN);
    assertThat(ready).as("the tunnel is told").isEqualTo(1);
  }

  @Test
  void whatIsDoneAfterTheEndOfTheTunnelIsNotWanted() throws Exception {
    Transform wrapping = wrapping();
    take(wrapping, octets(50_000));
    wrapping.close();
    workIsDone();
    assertThat(wrapping.next()).isNull();
    assertThat(ready).isZero();
    assertThat(bugs).isEmpty();
  }
}
