package dev.minnow.corpus;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import org.junit.jupiter.api.Test;

class CorpusExceptionTest {
  @Test
  void aFileIsNamedOnceWithWhatTheSystemSaid() {
    FileSystemException full = new FileSystemException("a/b", null, "No space left on device");
    assertEquals("a/b cannot be written: No space left on device.", CorpusException.unwritable("a/b", full).getMessage());
    assertEquals("a/b cannot be read: No space left on device.", CorpusException.unreadable("a/b", full).getMessage());
    assertEquals(
        "a/b cannot be read: the thread was interrupted.",
        CorpusException.unreadable("a/b", new ClosedByInterruptException()).getMessage());
    assertEquals("a/b does not exist; check the path.", CorpusException.unreadable("a/b", new NoSuchFileException("a/b")).getMessage());
  }
}
