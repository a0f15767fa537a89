package dev.argyle.server.control;

import dev.argyle.server.telemetry.Door;
import java.net.InetAddress;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** What tests of operations share: a server of its own for each, and who may do all of them. */
abstract class ManagedServerCase {

  static final Actor ADMINISTRATOR =
      new Actor("admin", Operation.Right.ADMINISTER, Door.HTTP, InetAddress.getLoopbackAddress());

  @TempDir Path data;
  ManagedServer server;
  ProxyControl control;

  @BeforeEach
  void start() throws Exception {
    server = new ManagedServer(data);
    control = server.control();
  }

  @AfterEach
  void stop() {
    server.close();
  }
}
