package dev.minnow;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.minnow.checkpoint.CheckpointException;
import dev.minnow.checkpoint.CheckpointFolder;
import dev.minnow.checkpoint.ExportType;
import dev.minnow.checkpoint.LoadedModel;
import dev.minnow.checkpoint.ModelExport;
import dev.minnow.checkpoint.ModelFiles;
import dev.minnow.generate.GeneratedText;
import dev.minnow.generate.StopReason;
import dev.minnow.kernel.Kernel;
import dev.minnow.kernel.KernelChoice;
import dev.minnow.kernel.Precision;
import dev.minnow.model.ModelConfig;
import dev.minnow.tokenizer.Tokenizer;
import java.io.IOException;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LanguageModelTest {
  private static final GenerationOptions OPTIONS = GenerationOptions.defaults().withMaximumTokens(40).withTopK(0);

  @TempDir
  private static Path temporary;

  private static Path withTokenizer;
  private static Path withoutTokenizer;

  @BeforeAll
  static void saveModels() {
    withTokenizer = RandomModel.save(temporary.resolve("with"));
    withoutTokenizer = RandomModel.save(temporary.resolve("without"), Optional.empty());
  }

  @Test
  void theSameSeedGivesTheSameTextAndItStreamsInPieces() throws Exception {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      StringBuilder streamed = new StringBuilder();
      GeneratedText first = model.generate("Once", OPTIONS, streamed::append);
      assertEquals(first.text(), streamed.toString());
      assertEquals(40, first.tokens().size());
      assertEquals(StopReason.LENGTH, first.stop());
      assertEquals(first.text(), model.generate("Once", OPTIONS, piece -> {}).text());
      assertTrue(!first.text().equals(model.generate("Once", OPTIONS.withSeed(2), piece -> {}).text()));
    }
  }

  @Test
  void anInterruptedThreadOpensModelsAndStaysInterrupted() throws IOException {
    Path gguf = exported(ModelFiles.load(withTokenizer), "interrupted.gguf");
    Path large = RandomModel.save(temporary.resolve("large"), ModelConfig.gpt2(256, 32, 160, 4, 4), Optional.empty());
    for (Path path : List.of(withTokenizer, gguf, large)) {
      Thread.currentThread().interrupt();
      try (LanguageModel model = LanguageModel.open(path)) {
        assertTrue(Thread.currentThread().isInterrupted(), path.toString());
        assertEquals(256, model.logits(1, 2, 3).length);
      } finally {
        Thread.interrupted();
      }
    }
    Thread.currentThread().interrupt();
    try {
      assertEquals(256, ModelFiles.loadTokenizer(gguf).vocabularySize());
    } finally {
      assertTrue(Thread.interrupted());
    }
  }

  private static Path exported(LoadedModel model, String name) {
    Path file = temporary.resolve(name);
    try (model) {
      new ModelExport(ModelExport.Format.GGUF, ExportType.F32, file, false).write(model);
    }
    return file;
  }

  @Test
  void aModelThatCannotBeOpenedLeavesNoThreads() {
    AtomicBoolean closed = new AtomicBoolean();
    InvocationHandler handler = (proxy, method, arguments) -> switch (method.getName()) {
      case "weights" -> throw new OutOfMemoryError("There is none.");
      case "close" -> {
        closed.set(true);
        yield null;
      }
      default -> throw new AssertionError(method);
    };
    Kernel kernel = (Kernel) Proxy.newProxyInstance(Kernel.class.getClassLoader(), new Class<?>[] {Kernel.class}, handler);
    LoadedModel loaded = ModelFiles.load(withTokenizer);
    assertThrows(OutOfMemoryError.class, () -> LanguageModel.open(withTokenizer, loaded, () -> kernel, Precision.FP32));
    assertTrue(closed.get(), "the kernel is open");
    assertThrows(IllegalStateException.class, () -> loaded.parameters().slab().enter());
  }

  @Test
  void closingDoesNotWaitForTheEndOfALongText() throws Exception {
    int[] tokens = new int[400_000];
    LanguageModel model = LanguageModel.open(withTokenizer);
    CountDownLatch begun = new CountDownLatch(1);
    try (ExecutorService executor = Executors.newSingleThreadExecutor()) {
      Future<float[]> scores = executor.submit(() -> {
        begun.countDown();
        return model.score(tokens);
      });
      begun.await();
      model.close();
      assertInstanceOf(IllegalStateException.class, assertThrows(ExecutionException.class, scores::get).getCause());
    }
  }

  @Test
  void aModelInAnArchiveIsRefused() throws IOException {
    Path zip = temporary.resolve("model.zip");
    try (FileSystem files = FileSystems.newFileSystem(zip, Map.of("create", "true"))) {
      assertThrows(CheckpointException.class, () -> LanguageModel.open(files.getPath("/")));
    }
  }

  private static void setEnds(Path file, String ids) throws IOException {
    set(file, "eos_token_id", ids);
  }

  private static void set(Path file, String key, String value) throws IOException {
    ObjectNode json = (ObjectNode) new ObjectMapper().readTree(file.toFile());
    json.set(key, new ObjectMapper().readTree(value));
    Files.writeString(file, json.toString());
  }

  private static GeneratedText greedy(Path path) {
    return greedy(path, "ab");
  }

  private static GeneratedText greedy(Path path, String prompt) {
    try (LanguageModel model = LanguageModel.open(path)) {
      return model.generate(prompt, OPTIONS.withTemperature(0).withMaximumTokens(4), piece -> {});
    }
  }

  @Test
  void aTextEndsWithAnyTokenThatTheModelsFilesName() throws IOException {
    Path folder = RandomModel.save(temporary.resolve("ends"));
    GeneratedText unended = greedy(folder);
    assertEquals(StopReason.LENGTH, unended.stop());
    int first = unended.tokens().getFirst().id();
    int other = first == 7 ? 8 : 7;
    setEnds(folder.resolve("config.json"), "[%d, %d, 999, -1]".formatted(first, other));
    assertEquals(StopReason.LENGTH, greedy(folder).stop(), "the generation's own file is there");
    Files.delete(folder.resolve("generation_config.json"));
    assertEquals(StopReason.END_OF_TEXT, greedy(folder).stop());
    assertEquals(1, greedy(folder).tokens().size());
    for (ModelExport.Format format : ModelExport.Format.values()) {
      Path exported = temporary.resolve("ends-" + format);
      try (LoadedModel loaded = ModelFiles.load(folder)) {
        ModelExport.Result result = new ModelExport(format, ExportType.F32, exported, false).write(loaded);
        assertEquals(format == ModelExport.Format.GGUF, result.notices().stream().anyMatch(notice -> notice.contains("ends a text")));
      }
      // A GGUF file has room for the lower one.
      assertEquals(format == ModelExport.Format.HF || first < other ? StopReason.END_OF_TEXT : StopReason.LENGTH, greedy(exported).stop());
    }
    Tokenizer beside = ModelFiles.loadTokenizer(folder);
    assertTrue(beside.isEnd(first) && beside.isEnd(other) && !beside.isEnd(9));
    Files.writeString(folder.resolve("generation_config.json"), "{}");
    setEnds(folder.resolve("generation_config.json"), Integer.toString(other));
    assertEquals(StopReason.LENGTH, greedy(folder).stop(), "the generation's own file goes first");
    setEnds(folder.resolve("generation_config.json"), "\"7\"");
    assertThrows(CheckpointException.class, () -> greedy(folder));
  }

  @Test
  void aTextWithoutAPromptBeginsAfterTheTokenThatTheModelsFilesName() throws IOException {
    Path folder = RandomModel.save(temporary.resolve("begins"));
    String afterLine = greedy(folder, "\n").text();
    String afterLetter = greedy(folder, "A").text();
    assertNotEquals(afterLine, afterLetter);
    assertEquals(afterLine, greedy(folder, "").text());
    set(folder.resolve("generation_config.json"), "bos_token_id", "65");
    assertEquals(afterLetter, greedy(folder, "").text());
    for (ModelExport.Format format : ModelExport.Format.values()) {
      Path exported = temporary.resolve("begins-" + format);
      try (LoadedModel loaded = ModelFiles.load(folder)) {
        new ModelExport(format, ExportType.F32, exported, false).write(loaded);
      }
      assertEquals(afterLetter, greedy(exported, "").text(), format.toString());
    }
    set(folder.resolve("generation_config.json"), "bos_token_id", "999");
    assertEquals(afterLine, greedy(folder, "").text(), "no token of the vocabulary");
    set(folder.resolve("generation_config.json"), "bos_token_id", "[65]");
    assertThrows(CheckpointException.class, () -> greedy(folder, ""));
  }

  @Test
  void greedyTextFollowsTheLogits() throws Exception {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      int[] prompt = model.tokenizer().encode("ab");
      GeneratedText result =
          model.generate("ab", OPTIONS.withTemperature(0).withMaximumTokens(1).withLogProbabilities(true), piece -> {});
      float[] logits = model.logits(prompt);
      int best = 0;
      for (int i = 0; i < logits.length; i++) {
        best = logits[i] > logits[best] ? i : best;
      }
      assertEquals(best, result.tokens().getFirst().id());
      int[] extended = {prompt[0], prompt[1], best};
      assertEquals(model.score(extended)[2], result.tokens().getFirst().logProbability(), 1e-5f);
    }
  }

  @Test
  void aConsumerThatAnswersFalseEndsTheText() throws Exception {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      AtomicInteger pieces = new AtomicInteger();
      GeneratedText result = model.generateWhile("x", OPTIONS.withMaximumTokens(1000), piece -> pieces.incrementAndGet() < 3);
      assertEquals(StopReason.CANCELLED, result.stop());
      assertEquals(3, pieces.get());
    }
  }

  @Test
  void aStopStringEndsTheTextBeforeIt() throws Exception {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      String text = model.generate("Once", OPTIONS, piece -> {}).text();
      String stop = text.substring(10, 12);
      GeneratedText result = model.generate("Once", OPTIONS.withStops(stop), piece -> {});
      assertEquals(StopReason.STOP_STRING, result.stop());
      assertEquals(text.substring(0, text.indexOf(stop)), result.text());
    }
  }

  @Test
  void whatMayHaveBecomeAStopStringIsShownAtTheEnd() {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      String text = model.generate("Once", OPTIONS, piece -> {}).text();
      StringBuilder streamed = new StringBuilder();
      String stop = text.substring(text.length() - 1) + "\u0001";
      GeneratedText result = model.generate("Once", OPTIONS.withStops(stop), streamed::append);
      assertEquals(StopReason.LENGTH, result.stop());
      assertEquals(text, result.text());
      assertEquals(text, streamed.toString());
    }
  }

  @Test
  void aTokenThatStandsForNoTextIsNeverChosen() {
    Path folder = RandomModel.save(temporary.resolve("padded"), ModelConfig.gpt2(320, 32, 48, 2, 3), Optional.of(Tokenizer.bytes()));
    try (LanguageModel model = LanguageModel.open(folder)) {
      assertEquals(320, model.logits(1).length);
      GeneratedText text = model.generate("Once", OPTIONS.withTemperature(100).withMaximumTokens(200).withAlternatives(320), piece -> {});
      assertEquals(200, text.tokens().size());
      assertTrue(text.tokens().stream().allMatch(token -> token.id() < 256 && token.alternatives().size() == 256));
    }
  }

  @Test
  void aPenaltyMakesWhatCameBeforeLessLikely() {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      GenerationOptions greedy = OPTIONS.withTemperature(0);
      long usual = model.generate("Once", greedy, piece -> {}).text().chars().distinct().count();
      long varied = model.generate("Once", greedy.withRepetitionPenalty(100), piece -> {}).text().chars().distinct().count();
      assertTrue(usual < varied, usual + " characters without a penalty and " + varied + " with one");
    }
  }

  @Test
  void aTextSaysHowFastItsTokensCameAfterTheFirst() {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      long start = System.nanoTime();
      GeneratedText text = model.generate("Once", OPTIONS, piece -> {});
      double all = (System.nanoTime() - start) / 1e9;
      assertTrue(text.seconds() > 0 && text.seconds() < all, text.seconds() + " of " + all);
      assertEquals(39 / text.seconds(), text.tokensPerSecond(), 1e-9);
      assertEquals(0, model.generate("Once", OPTIONS.withMaximumTokens(1), piece -> {}).tokensPerSecond());
    }
  }

  @Test
  void eightVirtualThreadsGetTheTextsOfOneAfterTheOther() throws Exception {
    try (LanguageModel model = LanguageModel.open(withTokenizer, KernelChoice.AUTO, 2, Precision.FP32);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> running = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        GenerationOptions options = OPTIONS.withSeed(i);
        running.add(threads.submit(() -> model.generate("Go", options, piece -> {}).text()));
      }
      for (int i = 0; i < 8; i++) {
        assertEquals(model.generate("Go", OPTIONS.withSeed(i), piece -> {}).text(), running.get(i).get(), "seed " + i);
      }
    }
  }

  @Test
  void closingWhileGeneratingEndsTheGenerationClearly() throws Exception {
    LanguageModel model = LanguageModel.open(withTokenizer);
    AtomicInteger pieces = new AtomicInteger();
    IllegalStateException refused =
        assertThrows(
            IllegalStateException.class,
            () -> model.generate(
                "x",
                OPTIONS.withMaximumTokens(10_000),
                piece -> {
                  if (pieces.incrementAndGet() == 5) {
                    model.close();
                  }
                }));
    assertTrue(refused.getMessage().contains("closed"), refused.getMessage());
  }

  @Test
  void aFolderWithoutTokenizerServesTokenIdsAndSaysWhatTextMisses() throws Exception {
    try (LanguageModel model = LanguageModel.open(withoutTokenizer)) {
      assertEquals(256, model.logits(1, 2, 3).length);
      assertEquals(3, model.score(1, 2, 3).length);
      IllegalStateException refused = assertThrows(IllegalStateException.class, () -> model.generate("x", OPTIONS, piece -> {}));
      assertTrue(refused.getMessage().contains("tokenizer.json"), refused.getMessage());
    }
  }

  @Test
  void aGgufFileWithoutTokenizerIsNotToldOfAFileThatIsNeverReadForIt() {
    Path file = exported(ModelFiles.load(withoutTokenizer), "without.gguf");
    try (LanguageModel model = LanguageModel.open(file)) {
      assertEquals(256, model.logits(1, 2, 3).length);
      String refused = assertThrows(IllegalStateException.class, model::session).getMessage();
      assertEquals(file + " has no tokenizer in it; open a file or folder that has one, or call with token ids.", refused);
    }
  }

  @Test
  void scoresPastTheContextAreThoseOfTheLastTokensThatItHolds() {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      int context = model.config().contextLength();
      int[] tokens = IntStream.rangeClosed(0, 2 * context).map(i -> i * i % 256).toArray();
      for (int length : new int[] {context, context + 1, tokens.length}) {
        int[] last = Arrays.copyOfRange(tokens, length - context, length);
        assertArrayEquals(model.logits(last), model.logits(Arrays.copyOf(tokens, length)), length + " tokens");
      }
    }
  }

  @Test
  void tokensOutsideTheVocabularyAreRefused() throws Exception {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      String refused = assertThrows(IllegalArgumentException.class, () -> model.logits(256)).getMessage();
      assertEquals("The token 256 is not in the vocabulary, whose ids go from 0 to 255.", refused);
      refused = assertThrows(IllegalArgumentException.class, () -> model.score(1, -1)).getMessage();
      assertEquals("The token -1 is not in the vocabulary, whose ids go from 0 to 255.", refused);
      assertThrows(IllegalArgumentException.class, () -> model.logits());
    }
  }

  @Test
  void anEmptyPromptBeginsANewText() throws Exception {
    try (LanguageModel model = LanguageModel.open(withTokenizer)) {
      assertEquals(40, model.generate("", OPTIONS, piece -> {}).tokens().size());
    }
  }

  @Test
  void aFolderThatIsNoModelIsNamed() {
    CheckpointException refused = assertThrows(CheckpointException.class, () -> LanguageModel.open(temporary.resolve("none")));
    assertTrue(refused.getMessage().contains("none"), refused.getMessage());
  }

  @Test
  void aKernelThatCannotRunClosesTheModel() {
    LoadedModel loaded = new CheckpointFolder(withTokenizer).load();
    IllegalStateException thrown = new IllegalStateException("no kernel");
    assertEquals(
        thrown,
        assertThrows(
            IllegalStateException.class,
            () -> LanguageModel.open(withTokenizer, loaded, () -> {
              throw thrown;
            }, Precision.FP32)));
    assertThrows(IllegalStateException.class, () -> loaded.parameters().tensor(0).getFloat(0));
  }
}
