import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.ProxySOCKS5;
import com.jcraft.jsch.Session;
import java.io.InputStream;

/**
 * `JschExec PROXY_HOST PROXY_PORT SSH_PORT USER KEY COMMAND [PROXY_USER PROXY_PASSWORD]` prints what a command says at a
 * server of SSH on localhost, by JSch.
 */
class JschExec {

  public static void main(String[] arguments) throws Exception {
    ProxySOCKS5 proxy = new ProxySOCKS5(arguments[0], Integer.parseInt(arguments[1]));
    if (arguments.length > 6) {
      proxy.setUserPasswd(arguments[6], arguments[7]);
    }
    JSch jsch = new JSch();
    jsch.addIdentity(arguments[4]);
    Session session = jsch.getSession(arguments[3], "localhost", Integer.parseInt(arguments[2]));
    session.setProxy(proxy);
    session.setConfig("StrictHostKeyChecking", "no"); // the test's own server
    session.connect(20_000);
    ChannelExec exec = (ChannelExec) session.openChannel("exec");
    exec.setCommand(arguments[5]);
    InputStream out = exec.getInputStream();
    exec.connect(20_000);
    System.out.write(out.readAllBytes());
    System.out.flush();
    session.disconnect();
  }
}
