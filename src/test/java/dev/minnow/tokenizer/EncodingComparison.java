package dev.minnow.tokenizer;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.minnow.tokenizer.encode.Pipeline;
import dev.minnow.tokenizer.encode.TextEncoder;
import dev.minnow.tokenizer.encode.WholeTokens;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Measures encoding with GPT-2's vocabulary beside jtokkit, by turns in one process, on English books and on Java sources, and prints
 * megabytes per second of processor time: medians, and how many times jtokkit's. Both get the same strings; bytes, which files are made of,
 * are measured too, and so are encoders that have seen no word before. Nothing is measured unless all token ids are the same.
 */
final class EncodingComparison {
  private static final int ROUNDS = 24;
  private static final int WARM_UP_ROUNDS = 8;
  private static final int JAVA_CHARACTERS = 6_000_000;
  private static final String JTOKKIT = "jtokkit, strings";
  private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

  /** Keeps the encoding from being optimised away. */
  private static long tokens;

  private EncodingComparison() {}

  /** Takes no arguments. */
  public static void main(String[] arguments) throws IOException {
    Path data = SharedData.require("tokenizer/gpt2/encoder.json");
    Tokenizer tokenizer = Tokenizer.load(data);
    Encoding jtokkit = Encodings.newLazyEncodingRegistry().getEncoding(EncodingType.R50K_BASE);
    compare("English books", books(SharedData.require("corpora/books")), tokenizer, jtokkit);
    compare("Java sources", javaSources(), tokenizer, jtokkit);
  }

  private static void compare(String title, List<String> documents, Tokenizer tokenizer, Encoding jtokkit) {
    for (String document : documents) {
      if (!Arrays.equals(jtokkit.encodeOrdinary(document).toArray(), tokenizer.encode(document))) {
        throw new IllegalStateException("The tokens of this text differ: " + document);
      }
    }
    List<byte[]> texts = documents.stream().map(document -> document.getBytes(StandardCharsets.UTF_8)).toList();
    Map<String, LongSupplier> runs = new LinkedHashMap<>();
    runs.put(JTOKKIT, () -> documents.stream().mapToLong(document -> jtokkit.encodeOrdinary(document).size()).sum());
    runs.put("minnow, strings", () -> documents.stream().mapToLong(document -> tokenizer.encode(document).length).sum());
    runs.put("minnow, bytes", () -> texts.stream().mapToLong(text -> tokenizer.encode(text).length).sum());
    runs.put("minnow, bytes, words never seen", () -> encodeAnew(texts, tokenizer));
    print(title, texts.stream().mapToLong(text -> text.length).sum(), runs);
  }

  private static long encodeAnew(List<byte[]> texts, Tokenizer tokenizer) {
    TextEncoder encoder =
        new TextEncoder(Pipeline.gpt2().preTokenizer(), WholeTokens.NONE, tokenizer.rules(), tokenizer.vocabulary().idsOfBytes());
    long count = 0;
    for (byte[] text : texts) {
      IntArrayList ids = new IntArrayList(text.length / 3 + 8);
      encoder.encode(text, 0, text.length, ids);
      count += ids.size();
    }
    return count;
  }

  private static void print(String title, long bytes, Map<String, LongSupplier> runs) {
    Map<String, List<Double>> rates = new LinkedHashMap<>();
    for (int round = 0; round < WARM_UP_ROUNDS + ROUNDS; round++) {
      for (Map.Entry<String, LongSupplier> run : runs.entrySet()) {
        long start = THREADS.getCurrentThreadCpuTime();
        tokens += run.getValue().getAsLong();
        double rate = bytes * 1e3 / (THREADS.getCurrentThreadCpuTime() - start);
        if (round >= WARM_UP_ROUNDS) {
          rates.computeIfAbsent(run.getKey(), name -> new ArrayList<>()).add(rate);
        }
      }
    }
    System.out.printf(Locale.ROOT, "%s, %.1f MB%n", title, bytes / 1e6);
    double mark = median(rates.getOrDefault(JTOKKIT, List.of()));
    rates.forEach((name, all) -> System.out.printf(Locale.ROOT, "  %-32s %6.1f MB/s  %.2f%n", name, median(all), median(all) / mark));
    System.out.printf(Locale.ROOT, "  %,d tokens in all%n", tokens);
  }

  private static double median(List<Double> numbers) {
    List<Double> sorted = new ArrayList<>(numbers);
    Collections.sort(sorted);
    return sorted.get(sorted.size() / 2);
  }

  private static List<String> books(Path folder) throws IOException {
    List<String> books = new ArrayList<>();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.sorted().toList()) {
        books.add(Files.readString(file));
      }
    }
    return books;
  }

  /** Some of this JDK's own sources, chosen at random but the same each time. */
  private static List<String> javaSources() throws IOException {
    List<String> sources = new ArrayList<>();
    try (ZipFile archive = new ZipFile(Path.of(System.getProperty("java.home"), "lib", "src.zip").toFile())) {
      List<ZipEntry> entries = new ArrayList<>(archive.stream().filter(entry -> entry.getName().endsWith(".java")).toList());
      Collections.shuffle(entries, new Random(5));
      int characters = 0;
      for (ZipEntry entry : entries) {
        String source = new String(archive.getInputStream(entry).readAllBytes(), StandardCharsets.UTF_8);
        sources.add(source);
        characters += source.length();
        if (characters > JAVA_CHARACTERS) {
          break;
        }
      }
    }
    return sources;
  }
}
