package dev.argyle.server.net;

import dev.argyle.wire.Source;

/** A connect under way. What follows it, a reply and a tunnel, is a step of a new client. */
final class Connecting implements Connector.Attempt, SocketEvents, LoopTurns.Step {

  /** A socket that connects. */
  interface Socket extends StreamSocket {

    /** The errno that the connect has ended with; 0: it stands; EAGAIN: it has not ended. */
    int connectResult();
  }

  private final LoopTurns turns;
  private final Socket socket;
  private final Connector.Outcome outcome;
  private boolean waitsForTurn;
  private boolean over;

  Connecting(LoopTurns turns, Socket socket, Connector.Outcome outcome) {
    this.turns = turns;
    this.socket = socket;
    this.outcome = outcome;
  }

  @Override
  public void ready() {
    if (!over && !waitsForTurn && socket.mayWrite()) {
      waitsForTurn = true;
      turns.soon(this);
    }
  }

  @Override
  public Source source() {
    return outcome.source();
  }

  @Override
  public void turn() {
    waitsForTurn = false;
    if (over) {
      return;
    }
    int errno = socket.connectResult();
    if (errno == Errno.EAGAIN) {
      return;
    }
    over = true;
    if (errno == 0) {
      outcome.connected(socket);
    } else {
      socket.close();
      outcome.failed(errno);
    }
  }

  @Override
  public void onBug(Throwable bug) {
    cancel();
    outcome.onBug(bug);
  }

  @Override
  public void cancel() {
    if (!over) {
      over = true;
      socket.close();
    }
  }
}
