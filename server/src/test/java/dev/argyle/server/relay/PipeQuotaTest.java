package dev.argyle.server.relay;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("unit")
class PipeQuotaTest {

  @TempDir private Path proc;

  @BeforeEach
  void anUnprivilegedUser() throws IOException {
    Files.createDirectories(proc.resolve("self"));
    Files.createDirectories(proc.resolve("sys/fs"));
    pages("16384");
    capabilities("0000000000000000");
    descriptors("1048576");
  }

  private void pages(String soft) throws IOException {
    Files.writeString(proc.resolve("sys/fs/pipe-user-pages-soft"), soft + "\n");
  }

  private void capabilities(String effective) throws IOException {
    Files.writeString(proc.resolve("self/status"), "Name:\tjava\nCapEff:\t" + effective + "\n");
  }

  private void descriptors(String most) throws IOException {
    Files.writeString(
        proc.resolve("self/limits"),
        "Limit                     Soft Limit           Hard Limit           Units     \n"
            + ("Max open files            "
                + most
                + "                1048576              files\n"));
  }

  private long octets() {
    return PipeQuota.of(proc).octets();
  }

  @Test
  void aUsersQuotaIsTakenInPartForItsOtherProcessesHavePipesToo() {
    assertThat(octets()).isEqualTo(16384L * 4096 * 3 / 4);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0000000000200000", "0000000001000000", "000001ffffffffff"})
  void aProcessThatIsExemptHasMore(String effective) throws IOException {
    capabilities(effective);
    assertThat(octets()).isEqualTo(1L << 30);
  }

  @Test
  void theSystemsFileGivesItsContentOnceAndIsReadWhole() throws IOException {
    Path system = Path.of("/proc");
    try (InputStream file = Files.newInputStream(system.resolve("sys/fs/pipe-user-pages-soft"))) {
      byte[] content = new byte[64];
      int length = file.read(content);
      assertThat(PipeQuota.userPages(system))
          .isEqualTo(Long.parseLong(new String(content, 0, length, US_ASCII).strip()));
    }
  }

  @Test
  void aQuotaOfNoneIsNoQuota() throws IOException {
    pages("0");
    assertThat(octets()).isEqualTo(1L << 30);
  }

  @Test
  void pipesTakeAFourthOfTheDescriptorsAtMost() throws IOException {
    descriptors("1024");
    assertThat(octets()).isEqualTo(128L * Splice.PIPE_OCTETS);
    descriptors("unlimited");
    assertThat(octets()).isEqualTo(16384L * 4096 * 3 / 4);
  }

  @Test
  void whatCannotBeReadIsTakenForTheUsualQuota() throws IOException {
    Files.delete(proc.resolve("sys/fs/pipe-user-pages-soft"));
    assertThat(octets()).isEqualTo(16384L * 4096 * 3 / 4);
  }
}
