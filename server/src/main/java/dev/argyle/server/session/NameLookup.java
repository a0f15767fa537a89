package dev.argyle.server.session;

import dev.argyle.server.admission.Asker;
import dev.argyle.server.dial.AddressSearch;
import dev.argyle.server.dial.Family;
import dev.argyle.server.dial.Gate;
import dev.argyle.wire.Host;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** One name looked up for an administrator, as it would be for a client. Belongs to a loop. */
final class NameLookup implements AddressSearch.Listener {

  private final CompletableFuture<List<InetAddress>> answer = new CompletableFuture<>();
  private final List<InetAddress> found = new ArrayList<>();
  private final AddressSearch search;

  private NameLookup(SessionLoop loop, Asker asker, Host host) {
    Gate open = _ -> Gate.Allowed.FROM_ANY; // nothing is dialled
    search = loop.commands().search(asker, host, open, this);
  }

  /** Begins, on any thread. Cancelling the answer ends it. */
  static CompletableFuture<List<InetAddress>> begin(SessionLoop loop, Asker asker, Host host) {
    NameLookup lookup = new NameLookup(loop, asker, host);
    loop.eventLoop().execute(lookup.guarded(lookup.search::start));
    lookup.answer.whenComplete(
        (_, _) -> loop.eventLoop().execute(lookup.guarded(lookup.search::cancel)));
    return lookup.answer;
  }

  @Override
  public void answered(Family family, List<InetAddress> addresses) {
    switch (family) {
      case IPV6 -> found.addAll(0, addresses);
      case IPV4 -> found.addAll(addresses);
    }
    if (search.isOver()) {
      if (found.isEmpty()) {
        answer.completeExceptionally(new UnknownHostException(search.failure().detail()));
      } else {
        answer.complete(List.copyOf(found));
      }
    }
  }

  @Override
  public void onBug(Throwable bug) {
    answer.completeExceptionally(bug);
  }
}
