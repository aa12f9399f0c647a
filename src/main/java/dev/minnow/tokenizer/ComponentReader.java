package dev.minnow.tokenizer;

import static dev.minnow.tokenizer.unicode.Quotes.quote;

import com.fasterxml.jackson.databind.JsonNode;
import dev.minnow.tokenizer.encode.Template;
import dev.minnow.tokenizer.encode.Vocabulary;
import dev.minnow.tokenizer.split.Components;
import dev.minnow.tokenizer.split.DigitsSplitter;
import dev.minnow.tokenizer.split.PreTokenizer;
import dev.minnow.tokenizer.split.RegexSplitter;
import dev.minnow.tokenizer.split.SplitBehavior;
import dev.minnow.tokenizer.split.SplitLevel;
import dev.minnow.tokenizer.split.SplitPattern;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Understands the {@link Components} of a {@code tokenizer.json}. What would change an encoding and is not supported is an error. */
final class ComponentReader {
  private final String source;

  /** @param source what errors call the file */
  ComponentReader(String source) {
    this.source = source;
  }

  /** Whether text is brought to normal form C first. */
  boolean composes(JsonNode normalizer) throws TokenizerException {
    boolean composes = false;
    for (JsonNode step : steps(normalizer, "normalizers")) {
      if (!type(step).equals("NFC")) {
        throw unsupported("normalizer " + quote(type(step)));
      }
      composes = true;
    }
    return composes;
  }

  /** Whether a space is put before a text that begins with none. */
  boolean prefixesSpace(JsonNode preTokenizer) throws TokenizerException {
    List<JsonNode> steps = steps(preTokenizer, "pretokenizers");
    for (int i = 0; i < steps.size(); i++) {
      if (type(steps.get(i)).equals("ByteLevel") && steps.get(i).path("add_prefix_space").asBoolean(true)) {
        if (i > 0) {
          throw unsupported("a space before each piece (\"add_prefix_space\" after other steps of the pre_tokenizer)");
        }
        return true;
      }
    }
    return false;
  }

  /** How text is cut into pieces, level by level. */
  PreTokenizer preTokenizer(JsonNode preTokenizer) throws TokenizerException {
    List<SplitLevel> levels = new ArrayList<>();
    boolean byteLevel = false;
    for (JsonNode step : steps(preTokenizer, "pretokenizers")) {
      if (byteLevel) {
        throw unsupported("a pre_tokenizer with " + quote(type(step)) + " after \"ByteLevel\"");
      }
      switch (type(step)) {
        case "ByteLevel" -> {
          byteLevel = true;
          if (step.path("use_regex").asBoolean(true)) {
            levels.add(SplitPattern.GPT2.splitter());
          }
        }
        case "Split" -> levels.add(split(step));
        case "Digits" -> levels.add(new DigitsSplitter(step.path("individual_digits").asBoolean(false)));
        default -> throw unsupported("pre_tokenizer " + quote(type(step)));
      }
    }
    if (!byteLevel) {
      throw unsupported("a pre_tokenizer without \"ByteLevel\"");
    }
    return new PreTokenizer(levels);
  }

  private SplitLevel split(JsonNode step) throws TokenizerException {
    JsonNode pattern = step.path("pattern");
    JsonNode text = pattern.has("Regex") ? pattern.path("Regex") : pattern.path("String");
    Optional<SplitBehavior> behavior = SplitBehavior.of(step.path("behavior").asText());
    if (!text.isTextual() || behavior.isEmpty()) {
      throw unsupported("a \"Split\" without a \"Regex\" or \"String\" and a known \"behavior\"");
    }
    boolean inverted = step.path("invert").asBoolean(false);
    try {
      return pattern.has("Regex")
          ? SplitPattern.level(text.asText(), behavior.get(), inverted)
          : RegexSplitter.literal(text.asText(), behavior.get(), inverted);
    } catch (TokenizerException e) {
      throw new TokenizerException(source + ": " + e.getMessage(), e);
    }
  }

  /** The tokens put around a text. */
  Template template(JsonNode postProcessor, Vocabulary vocabulary) throws TokenizerException {
    Optional<Template> found = Optional.empty();
    for (JsonNode step : steps(postProcessor, "processors")) {
      switch (type(step)) {
        // Moves offsets only.
        case "ByteLevel" -> {
        }
        case "TemplateProcessing" -> {
          if (found.isPresent()) {
            throw unsupported("a post_processor with two templates");
          }
          found = Optional.of(template(step.path("single"), step.path("special_tokens"), vocabulary));
        }
        default -> throw unsupported("post_processor " + quote(type(step)));
      }
    }
    return found.orElse(Template.NONE);
  }

  private Template template(JsonNode single, JsonNode tokens, Vocabulary vocabulary) throws TokenizerException {
    IntArrayList before = new IntArrayList();
    IntArrayList after = new IntArrayList();
    boolean text = false;
    for (JsonNode part : single) {
      if (part.has("Sequence")) {
        if (text) {
          throw unsupported("a post_processor with the text twice");
        }
        text = true;
      } else {
        String name = part.path("SpecialToken").path("id").asText();
        if (!tokens.path(name).path("ids").isArray()) {
          throw new TokenizerException(
              source + ": the post_processor's token " + quote(name) + " is not among its special_tokens; copy or make it again.");
        }
        for (JsonNode id : tokens.path(name).path("ids")) {
          if (!id.isInt() || id.intValue() < 0 || id.intValue() >= vocabulary.size()) {
            throw new TokenizerException(
                source + ": the post_processor's token " + quote(name) + " has no id of the vocabulary; copy or make it again.");
          }
          (text ? after : before).add(id.intValue());
        }
      }
    }
    if (!text) {
      throw unsupported("a post_processor that leaves the text out");
    }
    return new Template(before.toIntArray(), after.toIntArray());
  }

  /** @throws TokenizerException if tokens become text in another way than byte by byte */
  void requireByteLevel(JsonNode decoder) throws TokenizerException {
    if (!type(decoder).equals("ByteLevel")) {
      throw unsupported("decoder " + (decoder.isNull() ? "null" : quote(type(decoder))));
    }
  }

  /** A component, or those of a sequence of them; none for null. Sequences within sequences do not occur. */
  private static List<JsonNode> steps(JsonNode component, String listName) {
    if (component.isNull()) {
      return List.of();
    }
    List<JsonNode> steps = new ArrayList<>();
    if (type(component).equals("Sequence")) {
      component.path(listName).forEach(steps::add);
    } else {
      steps.add(component);
    }
    return steps;
  }

  private static String type(JsonNode node) {
    return node.path("type").asText();
  }

  private TokenizerException unsupported(String what) {
    return new TokenizerException(source + ": " + what + " is not supported; give a tokenizer of the byte-level BPE family.");
  }
}
