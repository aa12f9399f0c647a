package dev.minnow.corpus.prepare;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.MinimalPrettyPrinter;
import dev.minnow.corpus.TextPiece;
import dev.minnow.corpus.clean.DropReason;
import it.unimi.dsi.fastutil.ints.Int2ObjectOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gathers, while documents pass by, which are left out and why: counts of all, and the names of the first {@value #MOST_LISTED} or so
 * many as {@value #MOST_CHARACTERS} characters name.
 */
final class DroppedReport {
  static final int MOST_LISTED = 100_000;
  static final int MOST_CHARACTERS = 8 << 20;

  /** So many of each reason are named in the manifest. */
  private static final int FIRST = 5;

  private record Listed(int document, String name, DropReason reason) {}

  private final Decisions decisions;
  private final Map<DropReason, long[]> counts = new EnumMap<>(DropReason.class);
  private final List<Listed> listed = new ArrayList<>();

  /** Names of documents that are kept in place of listed ones; null until they pass by. */
  private final Int2ObjectOpenHashMap<String> keptNames = new Int2ObjectOpenHashMap<>();

  private final IntOpenHashSet keptInstead = new IntOpenHashSet();
  private long characters;
  private int current = -1;

  DroppedReport(Decisions decisions) {
    this.decisions = decisions;
    int left = MOST_LISTED;
    for (int document = 0; document < decisions.documents() && left > 0; document++) {
      if (!decisions.isKept(document)) {
        left--;
        if (decisions.keptInstead(document) != document) {
          keptInstead.add(decisions.keptInstead(document));
        }
      }
    }
  }

  /** Takes the next piece of a document that is left out. */
  void dropped(TextPiece piece, int document) {
    DropReason reason = decisions.reason(document).orElseThrow();
    long[] count = counts.computeIfAbsent(reason, any -> new long[2]);
    count[1] += piece.utf8().length;
    if (document == current) {
      return;
    }
    current = document;
    count[0]++;
    if (listed.size() < MOST_LISTED && characters < MOST_CHARACTERS) {
      listed.add(new Listed(document, piece.document(), reason));
      characters += piece.document().length();
    }
  }

  /** Takes the next piece of a document that is kept. */
  void kept(TextPiece piece, int document) {
    if (document != current && keptInstead.contains(document)) {
      keptNames.put(document, piece.document());
    }
    current = document;
  }

  /** Counts and first names by reason. */
  Map<DropReason, PreparationReport.Dropped> byReason() {
    Map<DropReason, PreparationReport.Dropped> dropped = new EnumMap<>(DropReason.class);
    counts.forEach(
        (reason, count) -> {
          List<PreparationReport.DroppedDocument> first =
              listed.stream().filter(document -> document.reason() == reason).limit(FIRST).map(this::named).toList();
          dropped.put(reason, new PreparationReport.Dropped(count[0], count[1], first));
        });
    return dropped;
  }

  private PreparationReport.DroppedDocument named(Listed document) {
    return new PreparationReport.DroppedDocument(document.name(), keptName(document));
  }

  private @Nullable String keptName(Listed document) {
    int instead = decisions.keptInstead(document.document());
    return instead == document.document() ? null : keptNames.get(instead);
  }

  /** One line of JSON for each listed document: its name, why it is left out, and what is kept in its place. */
  byte[] toJsonLines() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = new JsonFactory().createGenerator(bytes, JsonEncoding.UTF8)) {
      json.setPrettyPrinter(new MinimalPrettyPrinter("\n"));
      for (Listed document : listed) {
        json.writeStartObject();
        json.writeStringField("document", document.name());
        json.writeStringField("reason", document.reason().name().toLowerCase(Locale.ROOT));
        json.writeStringField("kept", keptName(document));
        json.writeEndObject();
      }
      if (!listed.isEmpty()) {
        json.writeRaw('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }
}
