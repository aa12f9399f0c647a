package dev.minnow.tokenizer;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes a {@code tokenizer.json} with the fields, order and layout of Hugging Face's own writer. */
final class TokenizerJsonWriter {
  private static final JsonFactory FACTORY = new JsonFactory();

  private final Vocabulary vocabulary;
  private final MergeRules rules;
  private final JsonGenerator json;

  private TokenizerJsonWriter(Tokenizer tokenizer, JsonGenerator json) {
    this.vocabulary = tokenizer.vocabulary();
    this.rules = tokenizer.rules();
    this.json = json;
  }

  static byte[] write(Tokenizer tokenizer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = FACTORY.createGenerator(bytes, JsonEncoding.UTF8)) {
      json.setPrettyPrinter(layout());
      new TokenizerJsonWriter(tokenizer, json).writeTokenizer();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  private static DefaultPrettyPrinter layout() {
    DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withArrayEmptySeparator("")
            .withObjectEmptySeparator("");
    DefaultPrettyPrinter layout = new DefaultPrettyPrinter(separators);
    layout.indentArraysWith(indenter);
    layout.indentObjectsWith(indenter);
    return layout;
  }

  private void writeTokenizer() throws IOException {
    json.writeStartObject();
    json.writeStringField("version", "1.0");
    json.writeNullField("truncation");
    json.writeNullField("padding");
    writeAddedTokens();
    json.writeNullField("normalizer");
    writeByteLevel("pre_tokenizer", false, true);
    writeByteLevel("post_processor", true, false);
    writeByteLevel("decoder", true, true);
    writeModel();
    json.writeEndObject();
  }

  private void writeAddedTokens() throws IOException {
    json.writeArrayFieldStart("added_tokens");
    for (SpecialToken token : vocabulary.specials()) {
      json.writeStartObject();
      json.writeNumberField("id", token.id());
      json.writeStringField("content", token.content());
      json.writeBooleanField("single_word", token.singleWord());
      json.writeBooleanField("lstrip", token.stripLeft());
      json.writeBooleanField("rstrip", token.stripRight());
      json.writeBooleanField("normalized", token.normalized());
      json.writeBooleanField("special", true);
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeByteLevel(String name, boolean addPrefixSpace, boolean trimOffsets) throws IOException {
    json.writeObjectFieldStart(name);
    json.writeStringField("type", "ByteLevel");
    json.writeBooleanField("add_prefix_space", addPrefixSpace);
    json.writeBooleanField("trim_offsets", trimOffsets);
    json.writeBooleanField("use_regex", true);
    json.writeEndObject();
  }

  private void writeModel() throws IOException {
    json.writeObjectFieldStart("model");
    json.writeStringField("type", "BPE");
    json.writeNullField("dropout");
    json.writeNullField("unk_token");
    json.writeNullField("continuing_subword_prefix");
    json.writeNullField("end_of_word_suffix");
    json.writeBooleanField("fuse_unk", false);
    json.writeBooleanField("byte_fallback", false);
    json.writeBooleanField("ignore_merges", false);
    json.writeObjectFieldStart("vocab");
    for (int id = 0; id < vocabulary.size(); id++) {
      json.writeNumberField(vocabulary.written(id), id);
    }
    json.writeEndObject();
    json.writeArrayFieldStart("merges");
    for (int rank = 0; rank < rules.size(); rank++) {
      json.writeStartArray();
      json.writeString(vocabulary.written(MergeRules.left(rules.pair(rank))));
      json.writeString(vocabulary.written(MergeRules.right(rules.pair(rank))));
      json.writeEndArray();
    }
    json.writeEndArray();
    json.writeEndObject();
  }
}
