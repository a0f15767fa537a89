package dev.argyle.server.dial;

import static java.util.Objects.requireNonNull;

import dev.argyle.server.admission.Asker;
import io.netty.util.concurrent.EventExecutor;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** Answers one lookup when a test says so. */
final class FakeResolver implements NameResolver {

  @Nullable String asked;
  boolean cancelled;
  private @Nullable Listener listener;
  private @Nullable Runnable atOnce;

  /** The answers to give from inside {@link #resolve}. */
  void atOnce(Runnable answers) {
    atOnce = answers;
  }

  @Override
  public Lookup resolve(EventExecutor loop, Asker asker, String host, Listener listener) {
    asked = host;
    this.listener = listener;
    if (atOnce != null) {
      atOnce.run();
    }
    return () -> cancelled = true;
  }

  void answer(Family family, String... literals) {
    tell(
        family,
        literals.length == 0
            ? new NoAddresses()
            : new Addresses(Arrays.stream(literals).map(Literals::ip).toList()));
  }

  void fail(Family family, DialFailure why) {
    tell(family, new Failed(Failure.of(why)));
  }

  private void tell(Family family, Answer answer) {
    if (!cancelled) {
      requireNonNull(listener).answered(family, answer);
    }
  }
}
