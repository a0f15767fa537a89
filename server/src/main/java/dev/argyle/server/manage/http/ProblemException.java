package dev.argyle.server.manage.http;

/**
 * Ends a request with a problem. An exception, because it comes from deep within the reading of a
 * request, whose every step may find one; it has no stack trace, for it is no failure of ours.
 */
public final class ProblemException extends RuntimeException {

  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  ProblemException(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  public Problem problem() {
    return problem;
  }
}
