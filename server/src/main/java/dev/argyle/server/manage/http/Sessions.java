package dev.argyle.server.manage.http;

import dev.argyle.server.control.Actor;
import dev.argyle.server.control.ProxyControl;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions of those who have logged in with a form. A session is in memory only, and ends with
 * the process; when its time is over, or it was not used for a while; when somebody logs out; and
 * when the account changes, as {@link ProxyControl#openSession} has it. Identifiers are random,
 * made at each login, and kept as digests. Safe for any thread.
 */
final class Sessions {

  /** In all. Beyond it, a login ends the session that was not used for the longest time. */
  static final int MAX = 256;

  /** Of one administrator, likewise: so one leaves the others theirs. */
  static final int MAX_OF_A_USER = 16;

  private static final int RANDOM_OCTETS = 32;

  /**
   * How long sessions last.
   *
   * @param idle without a request, and without an open stream
   * @param whole however much they are used
   */
  record Lifetime(Duration idle, Duration whole) {}

  /** One that was made, and what its cookie says. */
  record Made(String identifier, Session session) {}

  private final ProxyControl control;
  private final Lifetime lifetime;
  private final LongSupplier nanoTime;
  private final SecureRandom random = new SecureRandom();
  private final Map<String, Session> sessions = new HashMap<>(); // by digest; under the monitor

  /**
   * @param nanoTime as {@link System#nanoTime}
   */
  Sessions(ProxyControl control, Lifetime lifetime, LongSupplier nanoTime) {
    this.control = control;
    this.lifetime = lifetime;
    this.nanoTime = nanoTime;
  }

  LongSupplier nanoTime() {
    return nanoTime;
  }

  /** Makes one for whoever has just shown the password. */
  Made begin(Actor actor) {
    String identifier = random();
    String digest = digest(identifier);
    long now = nanoTime.getAsLong();
    Session session = new Session(actor, random(), now, now + lifetime.whole().toNanos());
    List<Session> ended;
    synchronized (this) {
      ended = makeRoom(actor, now);
      sessions.put(digest, session);
    }
    ended.forEach(Session::end);
    session.forgottenBy(control.openSession(actor, () -> end(digest)));
    return new Made(identifier, session);
  }

  /** Those that are over, and those that the new one has no room beside. */
  private List<Session> makeRoom(Actor actor, long now) {
    List<String> over =
        sessions.entrySet().stream()
            .filter(entry -> isOver(entry.getValue(), now))
            .map(Map.Entry::getKey)
            .toList();
    List<Session> ended = new ArrayList<>();
    over.forEach(key -> ended.add(sessions.remove(key)));
    drop(ended, now, MAX_OF_A_USER, session -> session.actor().name().equals(actor.name()));
    drop(ended, now, MAX, _ -> true);
    return ended;
  }

  private void drop(List<Session> ended, long now, int most, Predicate<Session> whose) {
    List<Map.Entry<String, Session>> those =
        sessions.entrySet().stream().filter(entry -> whose.test(entry.getValue())).toList();
    if (those.size() >= most) {
      those.stream()
          .max(Comparator.comparingLong(entry -> entry.getValue().idleNanos(now)))
          .ifPresent(
              longest -> {
                ended.add(longest.getValue());
                sessions.remove(longest.getKey());
              });
    }
  }

  private boolean isOver(Session session, long now) {
    return session.remainingNanos(now) <= 0 || session.idleNanos(now) >= lifetime.idle().toNanos();
  }

  /** The one that a cookie stands for; null: there is none any more. */
  @Nullable Session find(String identifier) {
    String digest = digest(identifier);
    long now = nanoTime.getAsLong();
    Session session;
    synchronized (this) {
      session = sessions.get(digest);
    }
    if (session == null) {
      return null;
    }
    if (isOver(session, now)) {
      end(digest);
      return null;
    }
    session.used(now);
    return session;
  }

  /** Ends the one that a cookie stands for, if there is one. */
  void endOf(String identifier) {
    end(digest(identifier));
  }

  private void end(String digest) {
    Session session;
    synchronized (this) {
      session = sessions.remove(digest);
    }
    if (session != null) {
      session.end();
    }
  }

  /** How many there are, the ones that are over and that nobody has asked for included. */
  synchronized int count() {
    return sessions.size();
  }

  private String random() {
    byte[] octets = new byte[RANDOM_OCTETS];
    random.nextBytes(octets);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(octets);
  }

  /** So that neither comparing nor a dump of the memory tells an identifier. */
  private static String digest(String identifier) {
    try {
      byte[] octets = identifier.getBytes(StandardCharsets.UTF_8);
      return Base64.getEncoder()
          .encodeToString(MessageDigest.getInstance("SHA-256").digest(octets));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible); // every Java has it
    }
  }
}
