package dev.argyle.server.manage.http;

import dev.argyle.server.admission.Shares;
import dev.argyle.server.manage.door.DoorListener;
import dev.argyle.server.manage.door.DoorServices;
import dev.argyle.wire.Addresses;
import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The HTTP door. Only the listener is made when the server starts; the rest is loaded with the
 * first connection, and the resources with the first request.
 */
public final class HttpDoor {

  /** The folder of its files, among the program's resources. */
  private static final String DASHBOARD = "/dashboard/";

  private HttpDoor() {}

  /**
   * What is served, and for whom.
   *
   * @param names of this server, beside the addresses that it listens on
   * @param sessionIdle without a request, after which a session ends
   * @param sessionLifetime after which a session ends in any case
   * @param tls its certificate and key; null: HTTP is not encrypted
   * @param ready whether the SOCKS side listens
   * @param resources asked once, with the first request
   */
  public record Settings(
      List<String> names,
      Duration sessionIdle,
      Duration sessionLifetime,
      @Nullable TlsFiles tls,
      BooleanSupplier ready,
      Supplier<List<Route>> resources) {

    /** Not encrypted. */
    public Settings(
        List<String> names,
        Duration sessionIdle,
        Duration sessionLifetime,
        BooleanSupplier ready,
        Supplier<List<Route>> resources) {
      this(names, sessionIdle, sessionLifetime, null, ready, resources);
    }

    public Settings {
      names = List.copyOf(names);
    }

    private Settings alsoCalled(String name) {
      List<String> all = new ArrayList<>(names);
      all.add(name);
      return new Settings(all, sessionIdle, sessionLifetime, tls, ready, resources);
    }

    /** The same, with a certificate, or without one. */
    public Settings with(@Nullable TlsFiles files) {
      return new Settings(names, sessionIdle, sessionLifetime, files, ready, resources);
    }
  }

  /**
   * Opens it.
   *
   * @param port 0: a free one
   * @throws IOException with words for the operator
   */
  public static DoorListener open(DoorServices services, String host, int port, Settings settings)
      throws IOException {
    return open(services, host, port, settings, HttpServices.Times.STANDARD);
  }

  static DoorListener open(
      DoorServices services, String host, int port, Settings settings, HttpServices.Times times)
      throws IOException {
    InetAddress literal = Addresses.parse(host);
    boolean isName = literal == null || !literal.isAnyLocalAddress();
    Once once = new Once(services, isName ? settings.alsoCalled(host) : settings, times);
    return DoorListener.tcp(services, host, port, () -> new HttpConnection(once.get()));
  }

  /** What the first connection makes, on the doors' only loop. */
  private static final class Once {
    private final DoorServices services;
    private final Settings settings;
    private final HttpServices.Times times;
    private @Nullable HttpServices made;

    Once(DoorServices services, Settings settings, HttpServices.Times times) {
      this.services = services;
      this.settings = settings;
      this.times = times;
    }

    synchronized HttpServices get() {
      if (made == null) {
        Sessions sessions =
            new Sessions(
                services.control(),
                new Sessions.Lifetime(settings.sessionIdle(), settings.sessionLifetime()),
                System::nanoTime);
        Logins logins = new Logins(services.control(), sessions);
        Dispatch dispatch =
            new Dispatch(
                services,
                new OwnHosts(settings.names()),
                new Plugged(settings, SessionRoutes.of(logins, sessions)),
                logins);
        made = new HttpServices(services, dispatch, times, settings.tls(), new Shares());
      }
      return made;
    }
  }

  /** The routes, made with the first request. */
  private static final class Plugged implements Supplier<Routes> {
    private final Settings settings;
    private final List<Route> own;
    private @Nullable Routes routes;

    Plugged(Settings settings, List<Route> own) {
      this.settings = settings;
      this.own = own;
    }

    @Override
    public synchronized Routes get() {
      if (routes == null) {
        List<Route> all = new ArrayList<>(Health.routes(settings.ready()));
        all.addAll(own);
        all.addAll(StaticFiles.of(DASHBOARD));
        all.addAll(settings.resources().get());
        routes = new Routes(all);
      }
      return routes;
    }
  }
}
