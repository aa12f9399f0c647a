package dev.minnow.tokenizer.encode;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.minnow.tokenizer.BpeTrainer;
import dev.minnow.tokenizer.BpeTrainerTest;
import dev.minnow.tokenizer.EncodingOptions;
import dev.minnow.tokenizer.Tokenizer;
import dev.minnow.tokenizer.split.PreTokenizer;
import dev.minnow.tokenizer.split.SplitPattern;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class ParallelEncoderTest {
  private static Tokenizer trained;

  @BeforeAll
  static void train() throws IOException {
    byte[] text = BpeTrainerTest.prose(new Random(61), 3_000).getBytes(StandardCharsets.UTF_8);
    trained = new BpeTrainer(500).train(sink -> sink.accept(text));
  }

  private static List<byte[]> texts() {
    Random random = new Random(67);
    List<byte[]> texts = new ArrayList<>();
    for (String text : new String[] {"", " ", "a", "a".repeat(5_000), " ".repeat(5_000), "a \n".repeat(2_000), "\r\n\u3000é'll".repeat(999),
        BpeTrainerTest.prose(random, 3_000)}) {
      texts.add(text.getBytes(StandardCharsets.UTF_8));
    }
    byte[] bytes = new byte[20_000];
    random.nextBytes(bytes);
    texts.add(bytes);
    byte[] spaced = bytes.clone();
    for (int i = 0; i < spaced.length; i++) {
      spaced[i] = random.nextInt(3) > 0 ? (byte) " \n\tx'".charAt(random.nextInt(5)) : spaced[i];
    }
    texts.add(spaced);
    return texts;
  }

  private void encode(byte[] utf8, int from, int to, IntArrayList out) {
    trained.encode(utf8, from, to, EncodingOptions.text(), out);
  }

  @Test
  void anyNumberOfThreadsAndSizeOfPartsGivesTheSameTokens() {
    for (byte[] text : texts()) {
      int[] expected = trained.encode(text);
      for (int threads : new int[] {1, 2, 5}) {
        for (int partBytes : new int[] {1, 7, 300, 4_096}) {
          IntArrayList out = new IntArrayList(new int[] {7});
          new ParallelEncoder(new PreTokenizer(List.of(SplitPattern.GPT2.splitter())), this::encode, threads, partBytes)
              .encode(text, 0, text.length, out);
          assertEquals(7, out.removeInt(0));
          assertArrayEquals(expected, out.toIntArray(), threads + " threads, parts of " + partBytes + ", text of " + text.length);
        }
      }
    }
  }

  @Test
  void aLargeTextIsEncodedAsByOneThread() {
    byte[] text = (BpeTrainerTest.prose(new Random(71), 2_000) + "\n").repeat(80).getBytes(StandardCharsets.UTF_8);
    assertTrue(text.length > 3 * ParallelEncoder.PART, () -> "only " + text.length + " bytes");
    assertArrayEquals(trained.encode(text), trained.encode(text, 3));
    assertThrows(IllegalArgumentException.class, () -> trained.encode(text, 0));
  }

  /** Added tokens may cut a text into millions of segments: the tokens before one must not be copied for each. */
  @Test
  void tokensBeforeAreSeldomCopiedForAnotherSegment() {
    byte[] text = {'a'};
    SegmentEncoder one = (bytes, from, to, out) -> out.add(7);
    ParallelEncoder encoder = new ParallelEncoder(new PreTokenizer(List.of(SplitPattern.GPT2.splitter())), one, 2, 300);
    IntArrayList out = new IntArrayList(0);
    Set<Integer> capacities = new HashSet<>();
    for (int segment = 0; segment < 10_000; segment++) {
      encoder.encode(text, 0, 1, out);
      capacities.add(out.elements().length);
    }
    assertEquals(10_000, out.size());
    assertTrue(capacities.size() < 40, capacities.size() + " copies");
  }

  @Test
  void whatAThreadThrowsReachesTheCaller() {
    byte[] text = "a b c d".getBytes(StandardCharsets.UTF_8);
    OutOfMemoryError full = new OutOfMemoryError("test");
    SegmentEncoder failing =
        (bytes, from, to, out) -> {
          if (bytes[from] == ' ' && bytes[from + 1] == 'c') {
            throw full;
          }
        };
    ParallelEncoder encoder = new ParallelEncoder(new PreTokenizer(List.of(SplitPattern.GPT2.splitter())), failing, 2, 1);
    assertSame(full, assertThrows(OutOfMemoryError.class, () -> encoder.encode(text, 0, text.length, new IntArrayList())));
  }

  @Test
  void anInterruptedCallerGetsNoTokens() {
    byte[] text = "a b c d e f g h".getBytes(StandardCharsets.UTF_8);
    SegmentEncoder slow =
        (bytes, from, to, out) -> {
          try {
            Thread.sleep(60_000);
          } catch (InterruptedException stopped) {
            throw new CancellationException("stopped");
          }
        };
    ParallelEncoder encoder = new ParallelEncoder(new PreTokenizer(List.of(SplitPattern.GPT2.splitter())), slow, 2, 1);
    Thread.currentThread().interrupt();
    assertThrows(CancellationException.class, () -> encoder.encode(text, 0, text.length, new IntArrayList()));
    assertTrue(Thread.interrupted());
  }
}
