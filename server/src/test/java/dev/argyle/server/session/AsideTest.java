package dev.argyle.server.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AsideTest {

  private final List<Object> seen = new ArrayList<>();

  @Test
  void whatWasComputedIsPassedOn() {
    Aside.attempt(() -> "result", seen::add, seen::add).run();
    assertThat(seen).containsExactly("result");
  }

  @Test
  void anExceptionEndsTheSession() {
    IllegalArgumentException bug = new IllegalArgumentException();
    Aside.attempt(
            () -> {
              throw bug;
            },
            seen::add,
            seen::add)
        .run();
    assertThat(seen).containsExactly(bug);
  }

  @Test
  void anErrorEndsTheSessionToo() {
    StackOverflowError error = new StackOverflowError();
    Aside.attempt(
            () -> {
              throw error;
            },
            seen::add,
            seen::add)
        .run();
    assertThat(seen).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat((Throwable) seen.getFirst()).hasCause(error);
  }
}
