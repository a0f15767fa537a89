package dev.argyle.cli.door;

/** Something that is the operator's to put right; the message says where, what, and how. */
public final class DoorProblem extends Exception {

  private static final long serialVersionUID = 1;

  public DoorProblem(String message) {
    super(message);
  }
}
