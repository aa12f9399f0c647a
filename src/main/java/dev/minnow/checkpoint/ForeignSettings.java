package dev.minnow.checkpoint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.tokenizer.unicode.Quotes;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** What a Hugging Face folder has for other programs, which Minnow has no use for and does not write again. */
public final class ForeignSettings {
  private static final String CHAT_TEMPLATE_FILE = "chat_template.jinja";

  /** Of a {@code tokenizer_config.json}, what changes how a model is spoken to. */
  private static final Set<String> OF_TOKENIZER = Set.of("chat_template", "pad_token", "unk_token");

  /** Of a {@code generation_config.json}, what is written again or says nothing of generating. */
  private static final Set<String> KEPT_OF_GENERATION =
      Set.of("bos_token_id", "eos_token_id", "transformers_version", "_from_model_config");

  /** Some vocabularies come with all their special tokens in it. */
  private static final int LARGEST_MEBIBYTES = 16;

  private static final int LONGEST_NAME = 80;

  private ForeignSettings() {}

  /**
   * Names of the settings in a folder, such as "chat_template of tokenizer_config.json"; none of what is no such folder.
   *
   * @throws CheckpointException if a file is damaged
   */
  public static List<String> in(Path folder) {
    List<String> found = new ArrayList<>();
    add(folder.resolve(HuggingFaceFolder.TOKENIZER_CONFIG), OF_TOKENIZER::contains, found);
    add(folder.resolve(HuggingFaceFolder.GENERATION_CONFIG), key -> !KEPT_OF_GENERATION.contains(key), found);
    if (Files.exists(folder.resolve(CHAT_TEMPLATE_FILE))) {
      found.add(CHAT_TEMPLATE_FILE);
    }
    return found;
  }

  private static void add(Path file, Predicate<String> isForeign, List<String> found) {
    if (!Files.exists(file)) {
      return;
    }
    for (Map.Entry<String, JsonNode> setting : JsonFile.read(file, LARGEST_MEBIBYTES).properties()) {
      if (isForeign.test(setting.getKey()) && !setting.getValue().isNull()) {
        found.add(Quotes.plain(setting.getKey(), LONGEST_NAME) + " of " + file.getFileName());
      }
    }
  }
}
