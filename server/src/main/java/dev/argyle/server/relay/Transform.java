package dev.argyle.server.relay;

import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.EndReason;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * Changes the octets of one direction on their way, in order: sealing, for instance. It is the
 * client's side that is changed: upwards octets come out plain, downwards they go in plain.
 *
 * <p>It may work on another thread (see {@link dev.argyle.server.net.Offload}); all methods are
 * called on the tunnel's loop and do not block. What it holds is bounded: it says by {@link
 * #wantsMore} when it takes no more, and does not work ahead of a reader that has stopped.
 */
public interface Transform {

  /**
   * What came out of it.
   *
   * @param octets for the other socket; nobody changes them
   * @param plainOctets how many plain octets they stand for
   */
  @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
  record Chunk(byte[] octets, int plainOctets) {}

  /**
   * The tunnel begins; called once, before the other methods.
   *
   * @param loop the tunnel's event loop
   * @param tunnel is told of bugs in work on other threads
   * @param ready to be run, on the loop, when there is a chunk, room, the end or a failure that the
   *     caller of the other methods has not met
   */
  void start(Executor loop, Supervised tunnel, Runnable ready);

  /** Whether it takes octets now. */
  boolean wantsMore();

  /**
   * Takes the octets that were received: all of them, one receive at most.
   *
   * @param octets from position to limit; the loop's memory, not kept
   */
  void take(ByteBuffer octets);

  /** The stream has ended behind what was taken. Called once. */
  void endInput();

  /** The next chunk; null: none is ready. */
  @Nullable Chunk next();

  /** Whether the stream has ended and every chunk was taken. */
  boolean ended();

  /** The octets that it holds, those that are being worked at included. */
  int heldOctets();

  /** Why the tunnel has to be broken off, both sides by a reset; null: nothing is wrong. */
  @Nullable EndReason failure();

  /** The tunnel has ended: nothing is wanted any more. */
  void close();
}
