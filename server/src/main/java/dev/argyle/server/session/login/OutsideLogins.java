package dev.argyle.server.session.login;

import dev.argyle.server.account.AccountBook;
import dev.argyle.server.account.ExternalLogin;
import dev.argyle.server.account.User;
import dev.argyle.server.account.Verdict;
import dev.argyle.server.admission.TurnQueue;
import dev.argyle.server.config.Accounts;
import dev.argyle.server.outside.Answer;
import dev.argyle.server.outside.Authority;
import dev.argyle.server.outside.HttpAuthority;
import dev.argyle.server.outside.LdapAuthority;
import dev.argyle.server.telemetry.Counter;
import dev.argyle.server.telemetry.Tally;
import dev.argyle.wire.UserName;
import dev.argyle.wire.socks.Credentials;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passwords that others verify: {@code accounts.authenticate}, in order. Safe for any thread.
 *
 * <p>The first that says yes lets the client in. One that says no leaves it to the next. A name
 * that has a password here is judged by it alone, once the order comes to {@code local}: a service
 * cannot let anybody in as such a user behind its back. Others are asked about a disabled account
 * as about any: how long a refusal takes tells nobody that it is one.
 *
 * <p>Nothing here blocks a loop: each question has a virtual thread. There are as many at a time as
 * the authorities take together, and a quarter of them for one source. The same question by several
 * connections of a client is asked once.
 */
public final class OutsideLogins implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(OutsideLogins.class);

  /** Of the questions at a time, for one source. */
  private static final int SOURCES_AT_LEAST = 4;

  /** What became of a name and a password. */
  sealed interface Judgement {

    /**
     * It is this user.
     *
     * @param stamp of the account, if its own password was shown; else {@link User#NO_STAMP}
     */
    record Accepted(User user, long stamp) implements Judgement {}

    /**
     * It is nobody.
     *
     * @param why for the log; null: a wrong password says it all
     */
    record Refused(@Nullable String why) implements Judgement {}

    /** It has a password here, which decides. */
    record Here() implements Judgement {}

    /** Nobody knows, which is not the client's failing. */
    record Unknown(String why) implements Judgement {}
  }

  /**
   * Who is asked next.
   *
   * @param authority null: the accounts themselves
   */
  record Step(@Nullable Authority authority) {}

  /**
   * What is being asked, and by whom.
   *
   * @param wanted one for each client that waits
   */
  private record Question(CompletableFuture<Judgement> judgement, List<BooleanSupplier> wanted) {

    boolean isWanted() {
      return wanted.stream().anyMatch(BooleanSupplier::getAsBoolean);
    }
  }

  private final AccountBook accounts;
  private final List<Step> order;
  private final TurnQueue turns;
  private final Tally counters;
  private final Map<ByteBuffer, Question> underWay = new ConcurrentHashMap<>(); // by digest
  private final Set<String> silent = ConcurrentHashMap.newKeySet(); // whose failure is logged

  OutsideLogins(AccountBook accounts, List<Step> order, int atOnce, Tally counters) {
    this.accounts = accounts;
    this.order = order;
    this.turns = new TurnQueue(Math.max(1, atOnce / SOURCES_AT_LEAST), atOnce);
    this.counters = counters;
  }

  /**
   * As configured.
   *
   * @param counters of this object's own threads
   * @return null: accounts verify every password themselves
   * @throws IOException a file cannot be used, with words for the operator
   */
  public static @Nullable OutsideLogins of(Accounts config, AccountBook accounts, Tally counters)
      throws IOException {
    if (!config.asksOutside()) {
      return null;
    }
    List<Step> order = new ArrayList<>();
    int atOnce = 0;
    for (Accounts.Authority authority : config.authenticate()) {
      switch (authority) {
        case LOCAL -> order.add(new Step(null));
        case HTTP -> {
          order.add(new Step(new HttpAuthority(config.http())));
          atOnce += config.http().maxConcurrent();
        }
        case LDAP -> {
          order.add(new Step(new LdapAuthority(config.ldap())));
          atOnce += config.ldap().maxConcurrent();
        }
      }
    }
    return new OutsideLogins(accounts, order, Math.max(1, atOnce), counters);
  }

  /** For questions, so that sources share them. */
  TurnQueue turns() {
    return turns;
  }

  /** Logins that wait for a turn. */
  public int waiting() {
    return turns.waiting();
  }

  /** Whether an account's own password is taken at all. */
  private boolean asksHere() {
    return order.stream().anyMatch(step -> step.authority == null);
  }

  /** Who has shown this password not long ago; never blocks. Null: it must be {@link #judge}d. */
  Judgement.@Nullable Accepted remembered(Credentials credentials, InetAddress client) {
    Verdict here =
        asksHere() ? accounts.remembered(credentials.user(), credentials.password()) : null;
    if (here instanceof Verdict.Accepted(User user)) {
      return new Judgement.Accepted(user, user.stamp());
    }
    User known = accounts.outside().remembered(digest(credentials, client));
    return known == null ? null : new Judgement.Accepted(known, User.NO_STAMP);
  }

  private byte[] digest(Credentials credentials, InetAddress client) {
    return accounts
        .outside()
        .digest(credentials.user(), credentials.password(), client.getAddress());
  }

  /**
   * Asks in order. Does not block; the answer comes on a virtual thread, and may fail as the store
   * does.
   *
   * @param listener where the client has connected to
   * @param wanted whether the client is still there; asked by other threads
   */
  CompletableFuture<Judgement> judge(
      Credentials credentials, InetAddress client, String listener, BooleanSupplier wanted) {
    byte[] digest = digest(credentials, client);
    ByteBuffer key = ByteBuffer.wrap(digest);
    Question fresh = new Question(new CompletableFuture<>(), new CopyOnWriteArrayList<>());
    Question question =
        underWay.compute(
            key,
            (_, there) -> {
              Question joined = there == null ? fresh : there;
              joined.wanted.add(wanted);
              return joined;
            });
    if (question == fresh) {
      Runnable work =
          () -> {
            Runnable answer;
            try {
              Judgement judgement = judgeWhileWanted(credentials, key, client, listener, fresh);
              answer = () -> fresh.judgement.complete(judgement);
            } catch (RuntimeException | Error failed) {
              answer = () -> fresh.judgement.completeExceptionally(failed);
            }
            underWay.remove(key, fresh);
            answer.run();
          };
      Thread.ofVirtual().name("login outside").start(work);
    }
    return question.judgement.copy();
  }

  /**
   * Asks again where somebody was not asked because all had left, and another client has joined
   * since then: it is to get an answer of its own.
   */
  private Judgement judgeWhileWanted(
      Credentials credentials,
      ByteBuffer key,
      InetAddress client,
      String listener,
      Question asked) {
    Judgement judgement = null;
    while (judgement == null && !endedUnwanted(key, asked)) {
      judgement = judge(credentials, key.array(), client, listener, asked::isWanted);
    }
    return judgement == null ? new Judgement.Unknown("nobody waited for it") : judgement;
  }

  /** Whether nobody waits any more; then nobody can join it either, but asks anew. */
  private boolean endedUnwanted(ByteBuffer key, Question asked) {
    return underWay.computeIfPresent(key, (_, there) -> asked.isWanted() ? there : null) == null;
  }

  /** Null: somebody was not asked, for all had left. */
  private @Nullable Judgement judge(
      Credentials credentials,
      byte[] digest,
      InetAddress client,
      String listener,
      BooleanSupplier wanted) {
    User known = accounts.outside().recalled(digest); // the loop did not wait for the answer
    if (known != null) {
      return new Judgement.Accepted(known, User.NO_STAMP);
    }
    UserName name = UserName.of(credentials.user());
    boolean isText = isText(name) && isText(UserName.of(credentials.password()));
    String unknown = null;
    for (Step step : order) {
      Authority authority = step.authority;
      if (authority == null) {
        if (accounts.outside().hasOwnPassword(name)) {
          return new Judgement.Here();
        }
      } else if (isText) { // JSON and LDAP have nothing else
        Authority.Asked asked =
            new Authority.Asked(name.text(), credentials.password(), client, listener, wanted);
        switch (ask(authority, asked)) {
          case Answer.Allowed allowed -> {
            return admitted(name, allowed, digest);
          }
          case Answer.Denied _ -> {}
          case Answer.Unknown(String why) -> unknown = authority.name() + ": " + why;
          case Answer.Unwanted _ -> {
            return null;
          }
        }
      }
    }
    return unknown == null ? new Judgement.Refused(null) : new Judgement.Unknown(unknown);
  }

  /** Whether it is UTF-8: other octets are lone surrogates in the text form. */
  private static boolean isText(UserName octets) {
    return octets.text().codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF);
  }

  private Answer ask(Authority authority, Authority.Asked asked) {
    Answer answer = authority.ask(asked);
    if (answer instanceof Answer.Unwanted) {
      return answer; // it was not asked, and is not to be called silent
    }
    counters.increment(Counter.OUTSIDE_LOGINS);
    if (answer instanceof Answer.Unknown(String why)) {
      counters.increment(Counter.OUTSIDE_LOGINS_UNKNOWN);
      if (silent.add(authority.name())) {
        LOG.error(
            "accounts.{}: no answer about a login: {}; who is remembered is let in, others are"
                + " refused; logged once, until it answers again",
            authority.name(),
            why);
      }
    } else if (silent.remove(authority.name())) {
      LOG.info("accounts.{}: it answers again", authority.name());
    }
    return answer;
  }

  private Judgement admitted(UserName name, Answer.Allowed allowed, byte[] digest) {
    ExternalLogin login =
        accounts.outside().login(name, allowed.attributes(), digest, allowed.remember());
    return switch (login) {
      case ExternalLogin.Accepted(User user) -> new Judgement.Accepted(user, User.NO_STAMP);
      case ExternalLogin.Disabled() -> new Judgement.Refused("the account is disabled");
      case ExternalLogin.Full(int maxUsers) ->
          new Judgement.Unknown(
              "no account, and there are accounts.max-users already: " + maxUsers);
    };
  }

  @Override
  public void close() {
    for (Step step : order) {
      if (step.authority != null) {
        step.authority.close();
      }
    }
  }
}
