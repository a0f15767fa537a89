import java.net.Authenticator;
import java.net.InetSocketAddress;
import java.net.PasswordAuthentication;
import java.net.Proxy;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** `OkHttpGet PROXY_HOST PROXY_PORT URL [USER PASSWORD]` prints what a URL has, by OkHttp. */
class OkHttpGet {

  public static void main(String[] arguments) throws Exception {
    if (arguments.length > 3) {
      Authenticator.setDefault(
          new Authenticator() {
            @Override
            protected PasswordAuthentication getPasswordAuthentication() {
              return new PasswordAuthentication(arguments[3], arguments[4].toCharArray());
            }
          });
    }
    InetSocketAddress proxy =
        new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
    OkHttpClient client =
        new OkHttpClient.Builder().proxy(new Proxy(Proxy.Type.SOCKS, proxy)).build();
    try (Response response =
        client.newCall(new Request.Builder().url(arguments[2]).build()).execute()) {
      System.out.print(response.body().string());
    }
    System.exit(0); // its threads live on for a minute
  }
}
