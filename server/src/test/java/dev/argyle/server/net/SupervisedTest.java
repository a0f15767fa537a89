package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class SupervisedTest {

  private final List<Throwable> told = new ArrayList<>();
  private final Supervised owner = told::add;

  @Test
  void whatAStepThrowsIsToldToItsOwnerAndGoesNoFurther() {
    IllegalStateException bug = new IllegalStateException();
    owner.guard(
        () -> {
          throw bug;
        });
    assertThat(told).containsExactly(bug);
  }

  @Test
  void errorsAreToldAsExceptionsAre() {
    NoClassDefFoundError error = new NoClassDefFoundError();
    Runnable step =
        owner.guarded(
            () -> {
              throw error;
            });
    assertThat(told).as("it has not run yet").isEmpty();
    step.run();
    assertThat(told).containsExactly(error);
  }

  @Test
  void aStepThatWorksTellsNothing() {
    List<String> steps = new ArrayList<>();
    owner.guard(() -> steps.add("now"));
    owner.guarded(() -> steps.add("later")).run();
    assertThat(steps).containsExactly("now", "later");
    assertThat(told).isEmpty();
  }

  @Test
  void aFailureThatCannotEvenBeLoggedDoesNotEndTheLoop() {
    Error unspeakable =
        new Error() {
          private static final long serialVersionUID = 1L;

          @Override
          public String getMessage() {
            throw new OutOfMemoryError("for this test");
          }
        };
    Supervised broken =
        bug -> {
          throw unspeakable;
        };
    assertThatCode(() -> broken.tell(new OutOfMemoryError("for this test")))
        .doesNotThrowAnyException();
  }

  @Test
  void anOwnerThatFailsToEndDoesNotHarmItsCaller() {
    Supervised broken =
        bug -> {
          throw new IllegalStateException("another, for this test", bug);
        };
    assertThatCode(() -> broken.tell(new OutOfMemoryError("for this test")))
        .doesNotThrowAnyException();
  }
}
