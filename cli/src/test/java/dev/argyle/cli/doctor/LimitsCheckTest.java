package dev.argyle.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import dev.argyle.cli.doctor.Finding.Level;
import dev.argyle.server.config.Configuration;
import dev.argyle.server.config.Socks;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("unit")
class LimitsCheckTest {

  private static final Socks SOCKS = Configuration.defaults().socks();

  @TempDir private Path proc;

  private Finding pipes(String pages) throws IOException {
    Path file = proc.resolve("sys/fs/pipe-user-pages-soft");
    Files.createDirectories(file.getParent());
    Files.writeString(file, pages + "\n");
    Findings findings = new Findings();
    LimitsCheck.pipes(findings, proc);
    return findings.all().getFirst();
  }

  @Test
  void aQuotaOfPipesBelowTheUsualOneIsWarnedOf() throws IOException {
    assertThat(pipes("16384").level()).isEqualTo(Level.OK);
    assertThat(pipes("16384").words()).contains("about 768 streams");
    assertThat(pipes("16383").level()).isEqualTo(Level.WARN);
    assertThat(pipes("1024").advice()).contains("fs.pipe-user-pages-soft=16384");
    assertThat(pipes("0").level()).as("no quota").isEqualTo(Level.OK);
  }

  @Test
  void theLimitOfTheRunningServerIsLookedAt() throws IOException {
    Files.createDirectories(proc.resolve("17"));
    Files.writeString(
        proc.resolve("17/limits"), "Max open files            1024      1024      files\n");
    Findings findings = new Findings();
    LimitsCheck.descriptors(findings, SOCKS, new RunningServer(proc, true, 17, null), proc);
    assertThat(findings.all().getFirst().level()).isEqualTo(Level.WARN);
    assertThat(findings.all().getFirst().words())
        .contains("the running server may have 1024 open files");
    assertThat(findings.all().getFirst().advice()).contains("LimitNOFILE");
  }

  @Test
  void asManyAsTheConnectionsNeedAreEnoughAndOneLessIsNot() {
    assertThat(descriptors(200_200).level()).isEqualTo(Level.OK);
    assertThat(descriptors(200_199).level()).isEqualTo(Level.WARN);
  }

  private static Finding descriptors(int limit) {
    Findings findings = new Findings();
    LimitsCheck.descriptors(findings, SOCKS, limit, "a server");
    return findings.all().getFirst();
  }
}
