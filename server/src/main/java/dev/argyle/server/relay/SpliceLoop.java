package dev.argyle.server.relay;

import dev.argyle.server.net.Syscalls;
import dev.argyle.server.telemetry.LoopCounters;
import io.netty.channel.IoEventLoop;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * What the {@link SpliceTunnel}s of one event loop share: calls, one buffer, pipes. Only the loop's
 * thread touches it.
 */
public final class SpliceLoop extends RelayLoop {

  /**
   * What one receive takes at most. Octets stay in it for no longer than the call that sends them
   * on.
   */
  public static final int BUFFER_OCTETS = 64 * 1024;

  private final Syscalls calls;
  private final PipePool pipes;
  private final MemorySegment buffer = Arena.ofAuto().allocate(BUFFER_OCTETS, 4096);
  private final ByteBuffer view = buffer.asByteBuffer();

  public SpliceLoop(
      IoEventLoop loop, Syscalls calls, LoopCounters counters, RelaySettings settings) {
    super(loop, counters, settings);
    this.calls = calls;
    this.pipes = new PipePool(calls, counters);
  }

  public Syscalls calls() {
    return calls;
  }

  PipePool pipes() {
    return pipes;
  }

  /** Where the loop's buffer begins. */
  public long bufferAddress() {
    return buffer.address();
  }

  /** The loop's buffer; whoever uses it sets position and limit. */
  public ByteBuffer buffer() {
    return view;
  }

  /** Closes what is kept for later. */
  public void close() {
    pipes.close();
  }
}
