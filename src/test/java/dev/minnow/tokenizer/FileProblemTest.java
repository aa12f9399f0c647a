package dev.minnow.tokenizer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class FileProblemTest {
  @Test
  void namesWhatAPersonCanActOnAndNoFileTwice() {
    assertEquals("there is no a/b", FileProblem.of(new NoSuchFileException("a/b")));
    assertEquals("access to a/b is denied", FileProblem.of(new AccessDeniedException("a/b")));
    assertEquals("a/b is in the way", FileProblem.of(new FileAlreadyExistsException("a/b")));
    assertEquals("the thread was interrupted", FileProblem.of(new ClosedByInterruptException()));
    assertEquals("No space left on device", FileProblem.of(new FileSystemException("a/b", null, "No space left on device")));
    assertEquals("a/b", FileProblem.of(new FileSystemException("a/b")));
    assertEquals("Input/output error", FileProblem.of(new IOException("Input/output error")));
  }
}
