package dev.argyle.client;

import dev.argyle.client.SocksException.Reason;
import dev.argyle.wire.Decoded;
import dev.argyle.wire.gssapi.GssapiFrame;
import dev.argyle.wire.gssapi.GssapiFrame.Purpose;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The streams of a tunnel whose octets travel in frames (RFC 1961, section 5). Each direction holds
 * one frame at most. What is written is sent at once; the end of a direction is the connection's. A
 * frame that is not the server's ends both.
 */
final class SealedTunnel {

  private final ControlConnection control;
  private final Socket socket;
  private final Seal seal;
  private final Frames input;
  private final Sealing output = new Sealing();

  /**
   * @param opened what has come already
   */
  SealedTunnel(ControlConnection control, Seal seal, ByteBuffer opened) {
    this.control = control;
    this.socket = control.channel().socket();
    this.seal = seal;
    this.input = new Frames(opened);
  }

  InputStream input() {
    return input;
  }

  OutputStream output() {
    return output;
  }

  /** Frames in, octets out. */
  private final class Frames extends InputStream {

    private final ReentrantLock reading = new ReentrantLock();
    private final ByteBuffer in = ByteBuffer.allocate(4 + GssapiFrame.MAX_TOKEN_OCTETS).limit(0);
    private ByteBuffer opened;

    private Frames(ByteBuffer opened) {
      this.opened = opened;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : Byte.toUnsignedInt(one[0]);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, into.length);
      reading.lock();
      try {
        while (length > 0 && !opened.hasRemaining()) {
          if (!decode() && !receive()) {
            return -1;
          }
        }
        int count = Math.min(length, opened.remaining());
        opened.get(into, offset, count);
        return count;
      } finally {
        reading.unlock();
      }
    }

    @Override
    public int available() throws IOException {
      reading.lock();
      try {
        InputStream stream = socket.getInputStream();
        while (!opened.hasRemaining()) {
          if (!decode() && (stream.available() == 0 || !receive())) {
            return 0;
          }
        }
        return opened.remaining();
      } finally {
        reading.unlock();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }

    /** Opens the frame that is there; false: none is there yet, not whole at least. */
    private boolean decode() throws IOException {
      return switch (GssapiFrame.read(in)) {
        case Decoded.NeedMore<GssapiFrame, GssapiFrame.Abort> _ -> false;
        case Decoded.Message<GssapiFrame, GssapiFrame.Abort>(GssapiFrame frame) -> {
          opened = ByteBuffer.wrap(open(frame));
          yield true;
        }
        case Decoded.Malformed<GssapiFrame, GssapiFrame.Abort>(var _, String words) ->
            throw broken(words);
      };
    }

    private byte[] open(GssapiFrame frame) throws IOException {
      switch (frame) {
        case GssapiFrame.Abort _ -> {
          socket.close();
          throw control.exception(new Reason.Aborted());
        }
        case GssapiFrame.Token(Purpose purpose, byte[] token) -> {
          if (purpose != Purpose.DATA) {
            throw broken("a frame of data was due");
          }
          try {
            return seal.open(token);
          } catch (Seal.Broken changed) {
            throw broken(changed.words());
          }
        }
      }
    }

    /** SO_TIMEOUT holds; what has come until then stays. False: the end. */
    private boolean receive() throws IOException {
      InputStream stream = socket.getInputStream();
      in.compact();
      int read;
      try {
        read = stream.read(in.array(), in.position(), in.remaining());
        in.position(in.position() + Math.max(read, 0));
      } finally {
        in.flip();
      }
      if (read < 0 && in.hasRemaining() && !socket.isInputShutdown()) {
        throw broken("it ended in the middle of a frame");
      }
      return read >= 0;
    }
  }

  /** The server is told, if it still listens. */
  private SocksException broken(String words) {
    try (socket) {
      socket.getOutputStream().write(new GssapiFrame.Abort().octets());
    } catch (IOException gone) {
      // it need not know
    }
    return control.exception(new Reason.ProtocolViolation(words));
  }

  /** Octets in, frames out. */
  private final class Sealing extends OutputStream {

    private final ReentrantLock writing = new ReentrantLock();

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      Objects.checkFromIndexSize(offset, length, from.length);
      OutputStream stream = socket.getOutputStream();
      writing.lock();
      try {
        int most = seal.maxPlainOctets();
        for (int at = 0; at < length; at += most) {
          stream.write(seal.seal(from, offset + at, Math.min(most, length - at)).octets());
        }
      } finally {
        writing.unlock();
      }
    }

    @Override
    public void close() throws IOException {
      socket.close();
    }
  }
}
