package dev.minnow.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.kernel.JavaProcess;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Pools of more threads than a process has room for, in processes of their own. */
class WorkerPoolLimitsTest {
  private static final List<String> SMALL_HEAP = List.of("-XX:+UseSerialGC", "-Xmx16m", "-Xss256k");

  /** Threads whose large arrays fill such a heap more than three times. */
  private static final int THREADS = 64;

  /** Threads whose small arrays do not fit it. */
  private static final int MANY_THREADS = 1200;

  private static final String TOO_MANY = "Only (\\d+) of the %d threads of the kernel can run here; lower --threads to (\\d+), or raise"
      + " the limits of memory and threads of this process.";

  @TempDir
  private Path folder;

  @Test
  void slicesWithoutLargeArraysRunOnManyThreadsOfASmallHeap() throws Exception {
    assertEquals("all took part", JavaProcess.run(folder, SMALL_HEAP, EachThreadOnce.class, "").strip());
  }

  /** A program whose slices wait for each other. */
  static final class EachThreadOnce {
    private EachThreadOnce() {}

    public static void main(String[] arguments) {
      try (WorkerPool pool = new WorkerPool(THREADS)) {
        CountDownLatch all = new CountDownLatch(THREADS);
        pool.run(THREADS, (slice, workspace) -> {
          all.countDown();
          await(all);
        });
        System.out.println(all.getCount() == 0 ? "all took part" : all.getCount() + " did not come");
      }
    }

    private static void await(CountDownLatch latch) {
      try {
        latch.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  @Test
  void largeArraysThatDoNotFitAreSaidAndThePoolWorksOn() throws Exception {
    String printed = JavaProcess.run(folder, SMALL_HEAP, LargeArraysOfEach.class, "");
    Matcher message = Pattern.compile("The Java heap has room for the scratch of (\\d+) threads and no more; lower --threads, or"
        + " give the JVM a larger heap with -Xmx.\nworks on\n").matcher(printed);
    assertTrue(message.matches(), printed);
    assertBetween(3, (16L << 20) / Workspace.BYTES, message.group(1));
  }

  /** A program whose slices take so long that each thread gets one. */
  static final class LargeArraysOfEach {
    private LargeArraysOfEach() {}

    public static void main(String[] arguments) {
      try (WorkerPool pool = new WorkerPool(THREADS)) {
        try {
          pool.run(THREADS, (slice, workspace) -> {
            workspace.right()[slice] = 1;
            pause(100);
          });
        } catch (IllegalStateException e) {
          System.out.println(e.getMessage());
        }
        pool.run(THREADS, (slice, workspace) -> workspace.ints[0] = slice);
        System.out.println("works on");
      }
    }
  }

  @Test
  void threadsWhoseScratchDoesNotFitAreSaid() throws Exception {
    assertTooMany(MANY_THREADS, JavaProcess.run(folder, SMALL_HEAP, ManyThreads.class, ""));
  }

  /** A program whose threads cannot all have their small arrays. */
  static final class ManyThreads {
    private ManyThreads() {}

    public static void main(String[] arguments) {
      try {
        new WorkerPool(MANY_THREADS).close();
        System.out.println("all threads are there");
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
    }
  }

  /** Each thread has a stack of 256 MB in an address space of 12 GB, some 4 GB of which the JVM takes first. */
  @Test
  @EnabledOnOs(OS.LINUX)
  void threadsThatDoNotStartAreSaidAndTheOthersEnd() throws Exception {
    List<String> flags = List.of("-XX:+UseSerialGC", "-Xint", "-Xmx64m", "-Xss256m");
    String printed = JavaProcess.runWithin(12L << 30, folder, flags, FewThreads.class, "");
    // The JVM says on standard output that it could not start a thread.
    List<String> lines = printed.lines().filter(line -> !line.startsWith("[")).toList();
    assertEquals(2, lines.size(), printed);
    assertTooMany(THREADS, lines.getFirst());
    assertEquals("0 workers are left", lines.getLast());
  }

  /** A program that says which threads are left of a pool that could not be made. */
  static final class FewThreads {
    private FewThreads() {}

    public static void main(String[] arguments) {
      try {
        new WorkerPool(THREADS).close();
        System.out.println("all threads started");
      } catch (IllegalStateException e) {
        System.out.println(e.getMessage());
      }
      for (int i = 0; i < 500 && workers() > 0; i++) {
        pause(10);
      }
      System.out.println(workers() + " workers are left");
    }

    private static long workers() {
      return Thread.getAllStackTraces().keySet().stream().filter(thread -> thread.getName().startsWith("minnow-worker")).count();
    }
  }

  private static void assertTooMany(int threads, String printed) {
    Matcher message = Pattern.compile(TOO_MANY.formatted(threads)).matcher(printed.strip());
    assertTrue(message.matches(), printed);
    assertEquals(message.group(1), message.group(2));
    assertBetween(2, threads - 1, message.group(1));
  }

  private static void assertBetween(long least, long most, String number) {
    assertTrue(Long.parseLong(number) >= least && Long.parseLong(number) <= most, number);
  }

  private static void pause(long milliseconds) {
    try {
      Thread.sleep(milliseconds);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
