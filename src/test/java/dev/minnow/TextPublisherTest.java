package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.generate.Generation;
import dev.minnow.generate.Sequence;
import dev.minnow.generate.StopReason;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.WeightUse;
import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.model.Network;
import dev.minnow.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Flow;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextPublisherTest {
  private static final GenerationOptions GREEDY = GenerationOptions.defaults().withTemperature(0).withMaximumTokens(8);

  @TempDir
  private static Path temporary;

  private static Path folder;

  private LanguageModel model;

  @BeforeAll
  static void saveModel() {
    folder = RandomModel.save(temporary.resolve("model"));
  }

  @BeforeEach
  void open() {
    model = LanguageModel.open(folder);
  }

  @AfterEach
  void close() {
    model.close();
  }

  /** Asks for one piece at a time, when told. */
  private static final class Reader implements Flow.Subscriber<String> {
    private final LinkedBlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private Flow.Subscription subscription;

    @Override
    public void onSubscribe(Flow.Subscription given) {
      subscription = given;
    }

    @Override
    public void onNext(String piece) {
      heard.add(piece);
    }

    @Override
    public void onError(Throwable thrown) {
      heard.add("error: " + thrown.getMessage());
    }

    @Override
    public void onComplete() {
      heard.add("end");
    }

    private String take() throws InterruptedException {
      String taken = heard.poll(20, TimeUnit.SECONDS);
      return taken == null ? "nothing in 20 s" : taken;
    }
  }

  @Test
  void aSubscriberGetsThePiecesItRequests() throws InterruptedException {
    List<String> pieces = new ArrayList<>();
    model.generate("Once", GREEDY, pieces::add);
    Reader reader = new Reader();
    model.publish("Once", GREEDY).subscribe(reader);
    for (String piece : pieces) {
      Thread.sleep(2);
      assertEquals(0, reader.heard.size());
      reader.subscription.request(1);
      assertEquals(piece, reader.take());
    }
    assertEquals("end", reader.take());
  }

  @Test
  void moreThanThereCanBeMayBeRequestedTwice() throws InterruptedException {
    String whole = model.generate("Once", GREEDY, piece -> {}).text();
    Reader reader = new Reader();
    model.publish("Once", GREEDY).subscribe(reader);
    reader.subscription.request(Long.MAX_VALUE);
    reader.subscription.request(Long.MAX_VALUE);
    StringBuilder text = new StringBuilder();
    for (String heard = reader.take(); !heard.equals("end"); heard = reader.take()) {
      assertTrue(whole.startsWith(text.append(heard).toString()), heard);
    }
    assertEquals(whole, text.toString());
  }

  @Test
  void nothingIsComputedForOneThatOnlyListens() throws InterruptedException {
    CountDownLatch asked = new CountDownLatch(1);
    TextPublisher publisher = new TextPublisher(() -> {
      asked.countDown();
      throw new IllegalStateException("begun");
    });
    Reader reader = new Reader();
    publisher.subscribe(reader);
    assertFalse(asked.await(50, TimeUnit.MILLISECONDS));
    reader.subscription.request(1);
    assertEquals("error: begun", reader.take());
  }

  @Test
  void aSubscriberThatCancelsHearsNoMore() throws InterruptedException {
    Reader reader = new Reader();
    model.publish("Once", GREEDY.withMaximumTokens(1_000_000)).subscribe(reader);
    reader.subscription.request(1_000_000);
    assertFalse(reader.take().startsWith("error"));
    assertFalse(reader.take().startsWith("error"));
    reader.subscription.cancel();
    // One that is on its way may still arrive.
    Thread.sleep(20);
    int heard = reader.heard.size();
    Thread.sleep(50);
    assertEquals(heard, reader.heard.size());
    assertFalse(reader.heard.contains("end"));
  }

  @Test
  void aSubscriberOfAClosedModelHearsTheError() throws InterruptedException {
    Flow.Publisher<String> publisher = model.publish("Once", GREEDY);
    model.close();
    Reader reader = new Reader();
    publisher.subscribe(reader);
    reader.subscription.request(1);
    assertEquals("error: The model was closed.", reader.take());
    Reader wrong = new Reader();
    LanguageModel open = LanguageModel.open(folder);
    open.publish("Once", GREEDY).subscribe(wrong);
    wrong.subscription.request(0);
    assertEquals("error: A subscriber requests at least 1 piece, not 0.", wrong.take());
    open.close();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void cancellingEndsWhatIsGeneratedAtTheMoment(boolean begun) throws InterruptedException {
    CountDownLatch working = new CountDownLatch(1);
    CountDownLatch cancelled = new CountDownLatch(1);
    CountDownLatch ended = new CountDownLatch(1);
    try (LoadedModel loaded = ModelFiles.load(folder);
        Kernel kernel = new ScalarKernel();
        Network network = new Network(kernel, loaded.parameters(), WeightUse.FP32);
        Sequence sequence = new Sequence(kernel, network)) {
      Generation.Limits limits = new Generation.Limits(1_000_000, List.of(), false, 0);
      Generation generation = new Generation(Tokenizer.bytes(), scores -> 'a', limits, sequence, new int[] {'x'}, 0);
      Runnable work = () -> {
        working.countDown();
        awaitDone(cancelled);
      };
      Supplier<String> pieces = () -> {
        if (begun) {
          work.run();
        }
        return generation.next();
      };
      TextPublisher publisher = new TextPublisher(() -> {
        if (!begun) {
          work.run();
        }
        return new TextStream(generation, pieces, ended::countDown);
      });
      Reader reader = new Reader();
      publisher.subscribe(reader);
      reader.subscription.request(1_000_000);
      working.await();
      reader.subscription.cancel();
      cancelled.countDown();
      assertTrue(ended.await(20, TimeUnit.SECONDS));
      assertEquals(StopReason.CANCELLED, generation.result().stop());
      assertEquals(List.of(), generation.result().tokens());
      assertEquals(0, reader.heard.size());
    }
  }

  private static void awaitDone(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }
}
