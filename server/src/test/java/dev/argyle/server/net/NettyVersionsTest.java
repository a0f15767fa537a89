package dev.argyle.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.util.Version;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Netty's native library knows the functions that the Java modules of its own version declare, and
 * fails on those that a later version declares ({@code docs/decisions/0119}).
 */
@Tag("unit")
class NettyVersionsTest {
  private static final Map<String, Version> VERSIONS = Version.identify();

  @ParameterizedTest
  @ValueSource(strings = {"transport-classes-epoll", "transport-native-unix-common"})
  void whatDeclaresNativeFunctionsIsAsOldAsTheLibrary(String module) {
    assertThat(version(module)).isEqualTo(version("transport-native-epoll"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "buffer",
        "transport",
        "handler",
        "resolver-dns",
        "codec-dns",
        "codec-haproxy",
        "codec-http"
      })
  void theOtherModulesAreOfOneVersion(String module) {
    assertThat(version(module)).isEqualTo(version("common"));
  }

  /**
   * Security releases since 4.2.18: their mends are in the modules of Java. One to go back to all
   * of would pass the comparisons above.
   */
  @Test
  void theOtherModulesHaveTheSecurityReleases() {
    assertThat(Runtime.Version.parse(version("common").replaceFirst("\\.Final$", "")))
        .isGreaterThanOrEqualTo(Runtime.Version.parse("4.2.20"));
  }

  private static String version(String module) {
    Version found = VERSIONS.get("netty-" + module);
    if (found == null) {
      throw new AssertionError(module + " is not on the class path: " + VERSIONS.keySet());
    }
    return found.artifactVersion();
  }
}
