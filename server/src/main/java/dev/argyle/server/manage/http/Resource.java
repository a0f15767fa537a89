package dev.argyle.server.manage.http;

/** Answers the requests of one route. Shared by threads; may block. */
public interface Resource {

  /**
   * Answers a request whose actor has the right that the route needs.
   *
   * @throws ProblemException for what the client did wrong, see {@link Problem#exception}. A {@link
   *     SecurityException} is answered by 403, {@link
   *     dev.argyle.server.account.AccountStoreException} by 503; whatever else is thrown is a bug
   *     of ours: logged, counted and answered by 500
   */
  Response answer(Request request);
}
