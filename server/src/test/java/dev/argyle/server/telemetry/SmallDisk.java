package dev.argyle.server.telemetry;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/** A file that is written, on a disk that takes so many octets more and is full then. */
public final class SmallDisk extends FileChannel {

  private final FileChannel real;
  private final AtomicInteger room;

  SmallDisk(Path path, AtomicInteger room) throws IOException {
    this(FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.APPEND), room);
  }

  /** A file that is open already; it grows at its end. */
  public SmallDisk(FileChannel real, AtomicInteger room) {
    this.real = real;
    this.room = room;
  }

  /** As write(2): what there is room for, and then ENOSPC. */
  @Override
  public int write(ByteBuffer octets) throws IOException {
    int taken = Math.min(room.get(), octets.remaining());
    if (taken == 0) {
      throw new IOException("No space left on device");
    }
    real.write(octets.slice().limit(taken));
    octets.position(octets.position() + taken);
    room.addAndGet(-taken);
    return taken;
  }

  @Override
  public long size() throws IOException {
    return real.size();
  }

  @Override
  public FileChannel truncate(long size) throws IOException {
    room.addAndGet((int) (real.size() - size));
    real.truncate(size);
    return this;
  }

  @Override
  protected void implCloseChannel() throws IOException {
    real.close();
  }

  @Override
  public int read(ByteBuffer to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long read(ByteBuffer[] to, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long write(ByteBuffer[] from, int offset, int length) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long position() throws IOException {
    return real.position();
  }

  @Override
  public FileChannel position(long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void force(boolean metadata) {}

  @Override
  public long transferTo(long position, long count, WritableByteChannel to) {
    throw new UnsupportedOperationException();
  }

  @Override
  public long transferFrom(ReadableByteChannel from, long position, long count) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int read(ByteBuffer to, long position) {
    throw new UnsupportedOperationException();
  }

  @Override
  public int write(ByteBuffer from, long position) throws IOException {
    real.position(position);
    return write(from);
  }

  @Override
  public MappedByteBuffer map(MapMode mode, long position, long size) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock lock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }

  @Override
  public FileLock tryLock(long position, long size, boolean shared) {
    throw new UnsupportedOperationException();
  }
}
