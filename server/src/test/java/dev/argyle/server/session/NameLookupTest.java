package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.server.admission.Asker;
import dev.argyle.wire.Host;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Names looked up for an administrator. */
@Timeout(60)
@Tag("play")
class NameLookupTest {

  private static final Asker ASKER = Asker.of(InetAddress.getLoopbackAddress(), null);

  @TempDir Path data;

  @Test
  void addressIsItsOwnAnswerAndWhatIsNoNameHasNone() throws Exception {
    try (SessionRig rig = new SessionRig(SessionRig.Kind.NIO, data, "", "")) {
      assertThat(rig.server.lookUp(ASKER, new Host.Name("192.0.2.1")).get(10, TimeUnit.SECONDS))
          .isEqualTo(List.of(InetAddress.ofLiteral("192.0.2.1")));
      CompletableFuture<List<InetAddress>> none = rig.server.lookUp(ASKER, new Host.Name("a b"));
      ExecutionException failed =
          Assertions.assertThrows(ExecutionException.class, () -> none.get(10, TimeUnit.SECONDS));
      assertThat(failed).hasCauseInstanceOf(UnknownHostException.class);
      assertThat(rig.lookups).hasValue(0);
    }
  }

  @Test
  void lookupThatNobodyWaitsForIsCancelled() throws Exception {
    try (SessionRig rig = new SessionRig(SessionRig.Kind.NIO, data, "", "")) {
      CompletableFuture<List<InetAddress>> late =
          rig.server.lookUp(ASKER, new Host.Name("late.example"));
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> rig.lookups.get() == 1);
      late.cancel(false);
      Awaitility.await().atMost(10, TimeUnit.SECONDS).until(() -> rig.lookupsCancelled.get() == 1);
    }
  }
}
