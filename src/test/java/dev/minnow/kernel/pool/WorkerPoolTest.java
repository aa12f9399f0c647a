package dev.minnow.kernel.pool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class WorkerPoolTest {
  private static final long SCRATCH_BYTES = 1 << 20;

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 16})
  void everySliceRunsExactlyOnce(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      assertEquals(threads, pool.threads());
      for (int round = 0; round < 2000; round++) {
        int slices = round % 17;
        AtomicIntegerArray runs = new AtomicIntegerArray(17);
        pool.run(slices, (slice, workspace) -> runs.incrementAndGet(slice));
        for (int i = 0; i < 17; i++) {
          assertEquals(i < slices ? 1 : 0, runs.get(i), "slice " + i + " of " + slices);
        }
      }
    }
  }

  @Test
  void parkedWorkersWakeUpForTheNextOperation() throws InterruptedException {
    try (WorkerPool pool = new WorkerPool(2)) {
      for (int round = 0; round < 5; round++) {
        Thread.sleep(20);
        CountDownLatch both = new CountDownLatch(2);
        // Each slice waits for the other, so the operation ends only when two threads take part.
        pool.run(2, (slice, workspace) -> meet(both));
        assertEquals(0, both.getCount());
      }
    }
  }

  @Test
  void slicesThatRunAtOnceHaveWorkspacesOfTheirOwn() {
    try (WorkerPool pool = new WorkerPool(3)) {
      Workspace[] seen = new Workspace[3];
      CountDownLatch all = new CountDownLatch(3);
      pool.run(
          3,
          (slice, workspace) -> {
            seen[slice] = workspace;
            meet(all);
          });
      assertNotSame(seen[0], seen[1]);
      assertNotSame(seen[0], seen[2]);
      assertNotSame(seen[1], seen[2]);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 4})
  void anExceptionReachesTheCallerAndThePoolWorksOn(int threads) {
    try (WorkerPool pool = new WorkerPool(threads)) {
      for (int round = 0; round < 200; round++) {
        int bad = round % 8;
        ArithmeticException thrown =
            assertThrows(
                ArithmeticException.class,
                () -> pool.run(
                    8,
                    (slice, workspace) -> {
                      if (slice == bad) {
                        throw new ArithmeticException("slice " + slice);
                      }
                    }));
        assertEquals("slice " + bad, thrown.getMessage());
        AtomicInteger sum = new AtomicInteger();
        pool.run(8, (slice, workspace) -> sum.addAndGet(slice));
        assertEquals(28, sum.get());
      }
    }
  }

  @Test
  void errorsReachVirtualCallersUnwrapped() throws Exception {
    try (WorkerPool pool = new WorkerPool(2)) {
      AssertionError error = new AssertionError("thrown in a slice");
      Future<Throwable> thrown =
          inVirtualThread(
              () -> assertThrows(
                  AssertionError.class,
                  () -> pool.run(
                      4,
                      (slice, workspace) -> {
                        throw error;
                      })));
      assertSame(error, thrown.get());
    }
  }

  @Test
  void aSliceMayUseThePoolItself() {
    try (WorkerPool pool = new WorkerPool(3)) {
      AtomicInteger sum = new AtomicInteger();
      pool.run(
          6,
          (outer, outerWorkspace) -> pool.run(
              5,
              (inner, innerWorkspace) -> {
                assertNotSame(outerWorkspace, innerWorkspace);
                sum.incrementAndGet();
              }));
      assertEquals(30, sum.get());
    }
  }

  @Test
  void aCallerThatFindsThePoolBusyDoesNotWait() throws Exception {
    try (WorkerPool pool = new WorkerPool(2);
        ExecutorService platform = Executors.newFixedThreadPool(1)) {
      CountDownLatch inside = new CountDownLatch(2);
      CountDownLatch release = new CountDownLatch(1);
      Future<?> owner =
          platform.submit(
              () -> pool.run(
                  2,
                  (slice, workspace) -> {
                    inside.countDown();
                    await(release);
                  }));
      await(inside);
      List<Thread> runners = new ArrayList<>();
      pool.run(3, (slice, workspace) -> runners.add(Thread.currentThread()));
      assertEquals(List.of(Thread.currentThread(), Thread.currentThread(), Thread.currentThread()), runners);
      release.countDown();
      owner.get();
    }
  }

  @Test
  void manyPlatformAndVirtualCallersAtOnceGetTheirOwnResults() throws Exception {
    try (WorkerPool pool = new WorkerPool(3);
        ExecutorService platform = Executors.newFixedThreadPool(6);
        ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Integer>> sums = new ArrayList<>();
      for (int caller = 0; caller < 40; caller++) {
        int offset = caller;
        sums.add((caller % 4 == 0 ? platform : virtual).submit(() -> sumManyTimes(pool, offset)));
      }
      for (int caller = 0; caller < 40; caller++) {
        assertEquals(50 * (10 * caller + 45), sums.get(caller).get());
      }
    }
  }

  private static int sumManyTimes(WorkerPool pool, int offset) {
    int total = 0;
    for (int round = 0; round < 50; round++) {
      int[] results = new int[10];
      pool.run(10, (slice, workspace) -> results[slice] = offset + slice);
      for (int result : results) {
        total += result;
      }
    }
    return total;
  }

  @Test
  void virtualCallersRunOnPlatformThreadsOnly() throws Exception {
    try (WorkerPool pool = new WorkerPool(1)) {
      Set<Thread> runners = ConcurrentHashMap.newKeySet();
      inVirtualThread(
          () -> {
            pool.run(20, (slice, workspace) -> runners.add(Thread.currentThread()));
            return true;
          })
          .get();
      assertFalse(runners.isEmpty());
      for (Thread runner : runners) {
        assertFalse(runner.isVirtual(), runner.toString());
      }
    }
  }

  @Test
  void twoPoolsWorkBesideAndInsideEachOther() {
    try (WorkerPool one = new WorkerPool(2);
        WorkerPool two = new WorkerPool(2)) {
      AtomicInteger sum = new AtomicInteger();
      for (int round = 0; round < 100; round++) {
        one.run(4, (outer, outerWorkspace) -> two.run(4, (inner, innerWorkspace) -> sum.addAndGet(inner)));
      }
      assertEquals(100 * 4 * 6, sum.get());
    }
  }

  @Test
  void anInterruptedCallerStillWaitsAndKeepsItsInterrupt() {
    try (WorkerPool pool = new WorkerPool(2)) {
      CountDownLatch both = new CountDownLatch(2);
      AtomicInteger done = new AtomicInteger();
      Thread.currentThread().interrupt();
      pool.run(
          2,
          (slice, workspace) -> {
            both.countDown();
            while (both.getCount() > 0) {
              Thread.onSpinWait();
            }
            done.incrementAndGet();
          });
      assertEquals(2, done.get());
      assertTrue(Thread.interrupted());
    }
  }

  @Test
  void closingEndsTheThreadsAndLaterCallsAreRefused() throws Exception {
    WorkerPool pool = new WorkerPool(3);
    Set<Thread> runners = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);
    pool.run(
        3,
        (slice, workspace) -> {
          runners.add(Thread.currentThread());
          meet(all);
        });
    pool.close();
    pool.close();
    runners.remove(Thread.currentThread());
    assertEquals(2, runners.size());
    for (Thread worker : runners) {
      worker.join(10_000);
      assertFalse(worker.isAlive(), worker.toString());
    }
    assertThrows(IllegalStateException.class, () -> pool.run(1, (slice, workspace) -> {}));
    Future<Throwable> refused =
        inVirtualThread(() -> assertThrows(IllegalStateException.class, () -> pool.run(1, (slice, workspace) -> {})));
    assertEquals("The kernel was closed.", refused.get().getMessage());
  }

  @Test
  void anOperationThatHasBegunSurvivesClosing() {
    WorkerPool pool = new WorkerPool(3);
    AtomicInteger runs = new AtomicInteger();
    pool.run(
        50,
        (slice, workspace) -> {
          pool.close();
          runs.incrementAndGet();
        });
    assertEquals(50, runs.get());
  }

  @Test
  void closingFreesTheScratchOfEveryThreadThatRanSlices() throws Exception {
    WorkerPool pool = new WorkerPool(3);
    Set<CodeScratch> used = ConcurrentHashMap.newKeySet();
    Set<Thread> runners = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(3);
    pool.run(
        3,
        (slice, workspace) -> {
          runners.add(Thread.currentThread());
          use(workspace, used);
          // Who finds the pool busy has a workspace of its own.
          pool.run(1, (inner, innerWorkspace) -> use(innerWorkspace, used));
          meet(all);
        });
    pool.close();
    runners.remove(Thread.currentThread());
    for (Thread worker : runners) {
      worker.join();
    }
    assertTrue(used.size() >= 4, used.size() + " workspaces");
    assertEquals(0, used.stream().mapToLong(CodeScratch::bytes).sum());
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void scratchThatIsUsedWhileThePoolClosesIsFreedAfterwards(int threads) throws Exception {
    WorkerPool pool = new WorkerPool(threads);
    Set<CodeScratch> used = ConcurrentHashMap.newKeySet();
    Set<Thread> runners = ConcurrentHashMap.newKeySet();
    CountDownLatch all = new CountDownLatch(threads);
    pool.scratch()
        .lend(
            1000,
            address -> pool.run(
                threads,
                (slice, workspace) -> {
                  runners.add(Thread.currentThread());
                  use(workspace, used);
                  meet(all);
                  pool.close();
                  assertTrue(workspace.code().bytes() >= SCRATCH_BYTES);
                }));
    runners.remove(Thread.currentThread());
    for (Thread worker : runners) {
      worker.join();
    }
    assertEquals(threads, used.size());
    assertEquals(0, used.stream().mapToLong(CodeScratch::bytes).sum());
    assertEquals(0, pool.scratch().bytes());
  }

  private static void use(Workspace workspace, Set<CodeScratch> used) {
    workspace.code().large(SCRATCH_BYTES);
    used.add(workspace.code());
  }

  @Test
  void impossibleCountsAreRefused() {
    assertThrows(IllegalArgumentException.class, () -> new WorkerPool(0));
    try (WorkerPool pool = new WorkerPool(1)) {
      assertThrows(IllegalArgumentException.class, () -> pool.run(-1, (slice, workspace) -> {}));
    }
  }

  private static <T> Future<T> inVirtualThread(Callable<T> task) {
    try (ExecutorService virtual = Executors.newVirtualThreadPerTaskExecutor()) {
      return virtual.submit(task);
    }
  }

  private static void meet(CountDownLatch latch) {
    latch.countDown();
    await(latch);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertTrue(latch.await(30, TimeUnit.SECONDS), "others did not come");
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
