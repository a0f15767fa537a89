package dev.argyle.server.manage.events;

import java.util.ArrayDeque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The last messages, for clients that come back. Guarded by its owner. */
final class Window {

  /** Two messages a second: a minute. */
  static final int MESSAGES_AT_MOST = 120;

  /** Of all messages together; a minute of a thousand changes a second is a tenth of it. */
  static final int OCTETS_AT_MOST = 8 << 20;

  /** What a client is sent at once; with more, reading the lists again is quicker. */
  static final int MISSED_OCTETS = 1 << 20;

  private final ArrayDeque<Message> messages = new ArrayDeque<>();
  private long octets;

  void add(Message message) {
    messages.add(message);
    octets += message.octets().length;
    while (messages.size() > MESSAGES_AT_MOST || octets > OCTETS_AT_MOST && messages.size() > 1) {
      octets -= messages.remove().octets().length;
    }
  }

  /** What was sent behind a message; null: it is too old, or none of ours, or that is too much. */
  @Nullable List<Message> after(long id) {
    Message oldest = messages.peekFirst();
    Message newest = messages.peekLast();
    if (oldest == null || newest == null || id < oldest.id() - 1 || id > newest.id()) {
      return null;
    }
    List<Message> missed = messages.stream().filter(message -> message.id() > id).toList();
    long size = missed.stream().mapToLong(message -> message.octets().length).sum();
    return size > MISSED_OCTETS ? null : missed;
  }

  /** The newest of a kind. */
  @Nullable Message newest(Message.Kind kind) {
    Message found = null;
    for (Message message : messages) {
      found = message.kind() == kind ? message : found;
    }
    return found;
  }

  void clear() {
    messages.clear();
    octets = 0;
  }
}
