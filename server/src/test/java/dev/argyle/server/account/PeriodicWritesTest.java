package dev.argyle.server.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

@Tag("fault")
class PeriodicWritesTest {

  private final Logger logger = (Logger) LoggerFactory.getLogger(AccountBook.class);
  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final AtomicInteger tries = new AtomicInteger();
  private volatile boolean fails;
  private volatile boolean busy;

  @BeforeEach
  void listen() {
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    logger.addAppender(log);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(log);
  }

  private PeriodicWrites writes() {
    return new PeriodicWrites("the usage of accounts", this::write, 1);
  }

  private boolean write() {
    tries.incrementAndGet();
    if (fails) {
      throw new AccountStoreException(new SQLException("disk full"));
    }
    return !busy;
  }

  private List<String> told() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private void awaitTries(int more) {
    int before = tries.get();
    await().until(() -> tries.get() >= before + more);
  }

  @Test
  void aFailureIsToldOnceAndItsEndOnceAndWhoeverIsBusyEndsNothing() {
    AtomicInteger before = new AtomicInteger();
    fails = true;
    try (PeriodicWrites writes = writes()) {
      writes.start(before::incrementAndGet);
      awaitTries(5);
      busy = true;
      fails = false;
      awaitTries(5);
      assertThat(told()).hasSize(1);
      assertThat(told().getFirst())
          .contains("the usage of accounts cannot be written")
          .contains("disk full");
      busy = false;
      await().until(() -> told().size() == 2);
      assertThat(told().get(1))
          .isEqualTo("the usage of accounts is written again; nothing of it was lost");
      awaitTries(5);
    }
    assertThat(told()).hasSize(2);
    assertThat(before.get()).isGreaterThan(15);
  }

  @Test
  void theLastWriteIsAtTheEndEvenIfNothingHasBegun() {
    writes().close();
    assertThat(tries).hasValue(1);
    fails = true;
    writes().close();
    assertThat(told()).hasSize(1);
    assertThat(told().getFirst()).contains("was not saved").contains("disk full");
  }

  @Test
  void whatIsClosedDoesNotBegin() {
    PeriodicWrites writes = writes();
    writes.close();
    writes.start(() -> {});
    assertThat(tries).hasValue(1);
  }
}
