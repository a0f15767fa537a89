package dev.argyle.server.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Tag("unit")
class FileFailureTest {

  static Stream<IOException> failures() {
    return Stream.of(
        new AccessDeniedException("/x"),
        new NoSuchFileException("/x"),
        new FileAlreadyExistsException("/x"),
        new NotDirectoryException("/x"),
        new FileSystemLoopException("/x"),
        new MalformedInputException(1),
        new FileSystemException("/x", null, "Read-only file system"),
        new FileSystemException("/x"),
        new FileNotFoundException("/x (Is a directory)"),
        new IOException("Input/output error"),
        new IOException());
  }

  @ParameterizedTest
  @MethodSource("failures")
  void noFailureIsToldByTheNameOfAJavaClassOrByAPathAlone(IOException failure) {
    assertThat(FileFailure.advised(failure))
        .isNotBlank()
        .doesNotContain("Exception", "java.", "/x", "null");
  }

  @Test
  void theReasonIsTheKernelsAndTheAdviceItsOwn() {
    assertThat(FileFailure.advised(new IOException("No space left on device")))
        .isEqualTo("no space left on device; free some space on that disk, and try again");
    assertThat(FileFailure.advised(new AccessDeniedException("/x")))
        .startsWith("permission denied; ");
    assertThat(FileFailure.advised(new IOException("Input/output error"))).contains("dmesg");
    assertThat(FileFailure.advised(new IOException("Strange"), "do that"))
        .isEqualTo("strange; do that");
  }
}
