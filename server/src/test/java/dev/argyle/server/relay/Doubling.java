package dev.argyle.server.relay;

import dev.argyle.server.net.Offload;
import dev.argyle.server.net.Supervised;
import dev.argyle.server.telemetry.EndReason;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * A wrapping without a secret: each octet is followed by its complement. Whatever it does is done
 * on another thread, one receive at a time.
 */
final class Doubling implements Wrapping {

  static byte[] doubled(byte[] plain) {
    byte[] wrapped = new byte[2 * plain.length];
    for (int i = 0; i < plain.length; i++) {
      wrapped[2 * i] = plain[i];
      wrapped[2 * i + 1] = (byte) ~plain[i];
    }
    return wrapped;
  }

  /** Null: it was not doubled. */
  private static byte @Nullable [] halved(byte[] wrapped, int length) {
    byte[] plain = new byte[length / 2];
    for (int i = 0; i < plain.length; i++) {
      plain[i] = wrapped[2 * i];
      if (wrapped[2 * i + 1] != (byte) ~plain[i]) {
        return null;
      }
    }
    return plain;
  }

  @Override
  public byte[] received(byte[] first) {
    return doubled(first);
  }

  @Override
  public Transform up(byte[] first) {
    return new Side(true);
  }

  @Override
  public Transform down() {
    return new Side(false);
  }

  @Override
  public OutputStream wrap(OutputStream to) {
    return new FilterOutputStream(to) {
      @Override
      public void write(byte[] plain, int offset, int length) throws IOException {
        ByteArrayOutputStream some = new ByteArrayOutputStream();
        some.write(plain, offset, length);
        to.write(doubled(some.toByteArray()));
      }
    };
  }

  @Override
  public InputStream unwrap(InputStream from) {
    return new FilterInputStream(from) {
      @Override
      public int read(byte[] plain, int offset, int length) throws IOException {
        byte[] wrapped = new byte[2 * length];
        int got = from.read(wrapped);
        if (got > 0 && got % 2 != 0) {
          int last = from.read();
          if (last < 0) {
            throw new EOFException("cut inside an octet");
          }
          wrapped[got++] = (byte) last;
        }
        byte[] read = halved(wrapped, Math.max(got, 0));
        if (read == null) {
          throw new IOException("not doubled");
        }
        System.arraycopy(read, 0, plain, offset, read.length);
        return got < 0 ? got : read.length;
      }
    };
  }

  /** One way. */
  private static final class Side implements Transform {

    private final boolean up;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream();
    private @Nullable Begun begun;
    private @Nullable Chunk chunk;
    private @Nullable EndReason failure;
    private boolean working;
    private boolean inputEnded;

    private record Begun(Executor loop, Supervised tunnel, Runnable ready) {}

    Side(boolean up) {
      this.up = up;
    }

    @Override
    public void start(Executor loop, Supervised tunnel, Runnable ready) {
      begun = new Begun(loop, tunnel, ready);
    }

    @Override
    public boolean wantsMore() {
      return waiting.size() < 2;
    }

    @Override
    public void take(ByteBuffer octets) {
      byte[] some = new byte[octets.remaining()];
      octets.get(some);
      waiting.writeBytes(some);
      goOn();
    }

    @Override
    public void endInput() {
      inputEnded = true;
      if (up && waiting.size() == 1 && !working) {
        failure = EndReason.RESET_BY_CLIENT;
      }
    }

    @Override
    public @Nullable Chunk next() {
      Chunk next = chunk;
      chunk = null;
      goOn();
      return next;
    }

    @Override
    public boolean ended() {
      return inputEnded && !working && chunk == null && waiting.size() == 0;
    }

    @Override
    public int heldOctets() {
      return waiting.size() + (chunk == null ? 0 : chunk.octets().length);
    }

    @Override
    public @Nullable EndReason failure() {
      return failure;
    }

    @Override
    public void close() {
      failure = EndReason.DONE;
    }

    private void goOn() {
      byte[] all = waiting.toByteArray();
      int taken = up ? all.length / 2 * 2 : all.length;
      Begun where = begun;
      if (where == null || working || chunk != null || taken == 0) {
        return;
      }
      working = true;
      waiting.reset();
      waiting.write(all, taken, all.length - taken);
      Offload.compute(
          where.loop(),
          where.tunnel(),
          () -> new Result(up ? halved(all, taken) : doubled(all)),
          result -> {
            working = false;
            if (failure == null) {
              done(result.octets());
              where.ready().run();
            }
          });
    }

    private record Result(byte @Nullable [] octets) {}

    private void done(byte @Nullable [] octets) {
      if (octets == null) {
        failure = EndReason.SEAL_BROKEN;
      } else {
        chunk = new Chunk(octets, up ? octets.length : octets.length / 2);
        if (inputEnded && waiting.size() == 1) {
          failure = EndReason.RESET_BY_CLIENT;
        }
      }
    }
  }
}
