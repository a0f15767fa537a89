package dev.argyle.server.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Octets that anyone can make again, and their way through a socket, on threads of their own. */
record Stream(long seed, int octets) {

  private static final Executor THREADS = task -> Thread.ofVirtual().start(task);

  /** Sends all of it in pieces of random sizes, then ends the stream; whatever happens. */
  CompletableFuture<Boolean> sendThrough(Socket socket) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            OutputStream out = socket.getOutputStream();
            Random pieces = new Random(seed + 1);
            byte[] all = content();
            for (int at = 0; at < all.length; ) {
              int piece = Math.min(all.length - at, 1 + pieces.nextInt(1 << pieces.nextInt(18)));
              out.write(all, at, piece);
              at += piece;
            }
            socket.shutdownOutput();
            return true;
          } catch (IOException reset) {
            return false;
          }
        },
        THREADS);
  }

  /** Reads until the end of the stream; the hash of what came, or the failure's words. */
  static CompletableFuture<String> hashOf(Socket socket) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            InputStream in = socket.getInputStream();
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] some = new byte[16 * 1024];
            for (int got = in.read(some); got >= 0; got = in.read(some)) {
              digest.update(some, 0, got);
            }
            return HexFormat.of().formatHex(digest.digest());
          } catch (Exception broken) {
            return String.valueOf(broken.getMessage());
          }
        },
        THREADS);
  }

  String hash() throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content()));
  }

  byte[] content() {
    byte[] all = new byte[octets];
    new Random(seed).nextBytes(all);
    return all;
  }
}
