package dev.argyle.server.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("program")
class ProcessFiguresTest {

  private static final int MORE = 100;

  @TempDir Path folder;

  @Test
  void descriptorsThatAreOpenedAreSeen() throws IOException {
    long before = ProcessFigures.descriptors();
    List<FileChannel> open = new ArrayList<>();
    try {
      for (int i = 0; i < MORE; i++) {
        open.add(
            FileChannel.open(
                folder.resolve("file"), StandardOpenOption.CREATE, StandardOpenOption.WRITE));
      }
      assertThat(before).isPositive();
      assertThat(ProcessFigures.descriptors()).isGreaterThanOrEqualTo(before + MORE / 2);
    } finally {
      for (FileChannel channel : open) {
        channel.close();
      }
    }
  }

  @Test
  void memoryAndProcessorTimeAreKnown() {
    assertThat(ProcessFigures.heapOctets()).isBetween(1L, ProcessFigures.heapLimitOctets());
    assertThat(ProcessFigures.residentOctets()).isGreaterThan(1 << 20);
    assertThat(ProcessFigures.cpuSeconds()).isPositive();
    assertThat(ProcessFigures.directOctets()).isNotNegative();
    assertThat(ProcessFigures.collections()).isNotNegative();
    assertThat(ProcessFigures.collectionSeconds()).isNotNegative();
  }
}
