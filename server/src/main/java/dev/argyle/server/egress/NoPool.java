package dev.argyle.server.egress;

import dev.argyle.server.config.EgressSettings;
import org.jspecify.annotations.Nullable;

/** Of an egress that has no addresses of its own. */
final class NoPool extends Pool {

  NoPool(String egress, EgressSettings settings) {
    super(egress, settings, System::nanoTime);
  }

  @Override
  @Nullable Pick at(long number) {
    return null;
  }

  @Override
  long leastUsed(long from) {
    return from;
  }

  @Override
  void setAside(Pick gone) {}

  @Override
  void release(Pick pick) {}
}
