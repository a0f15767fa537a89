package dev.argyle.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("unit")
class DescriptorNeedTest {

  @Test
  void limitBelowWhatTheConnectionsNeedIsTold() {
    assertThat(DescriptorNeed.warning(1_000, 2_199))
        .isEqualTo(
            "socks.max-connections is 1000, and this process may have 2199 open files, enough for"
                + " about 999 connections; raise the limit to 2200 (systemd: LimitNOFILE=; shell:"
                + " ulimit -Hn), or lower max-connections");
    assertThat(DescriptorNeed.warning(1_000, 2_200)).isNull();
    assertThat(DescriptorNeed.warning(1_000_000, 64)).contains("about 0 connections", "2000200");
    assertThat(DescriptorNeed.warning(1_000_000, Integer.MAX_VALUE)).isNull();
  }
}
