package dev.minnow.tokenizer;

import com.fasterxml.jackson.core.JsonEncoding;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.minnow.tokenizer.encode.MergeRules;
import dev.minnow.tokenizer.encode.Vocabulary;
import dev.minnow.tokenizer.split.AddedToken;
import dev.minnow.tokenizer.split.Components;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** Writes a {@code tokenizer.json} with the fields, order and layout of Hugging Face's own writer. */
final class TokenizerJsonWriter {
  private static final JsonMapper MAPPER = new JsonMapper();

  private final Tokenizer tokenizer;
  private final Vocabulary vocabulary;
  private final MergeRules rules;
  private final JsonGenerator json;

  private TokenizerJsonWriter(Tokenizer tokenizer, JsonGenerator json) {
    this.tokenizer = tokenizer;
    this.vocabulary = tokenizer.vocabulary();
    this.rules = tokenizer.rules();
    this.json = json;
  }

  static byte[] write(Tokenizer tokenizer) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (JsonGenerator json = MAPPER.getFactory().createGenerator(bytes, JsonEncoding.UTF8)) {
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
    Components components = tokenizer.pipeline().components();
    json.writeObjectField("normalizer", components.normalizer());
    json.writeObjectField("pre_tokenizer", components.preTokenizer());
    json.writeObjectField("post_processor", components.postProcessor());
    json.writeObjectField("decoder", components.decoder());
    writeModel();
    json.writeEndObject();
  }

  private void writeAddedTokens() throws IOException {
    json.writeArrayFieldStart("added_tokens");
    for (AddedToken token : vocabulary.added()) {
      json.writeStartObject();
      json.writeNumberField("id", token.id());
      json.writeStringField("content", token.content());
      json.writeBooleanField("single_word", token.singleWord());
      json.writeBooleanField("lstrip", token.stripLeft());
      json.writeBooleanField("rstrip", token.stripRight());
      json.writeBooleanField("normalized", token.normalized());
      json.writeBooleanField("special", token.special());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void writeModel() throws IOException {
    json.writeObjectFieldStart("model");
    json.writeStringField("type", "BPE");
    if (tokenizer.pipeline().dropout() > 0) {
      json.writeNumberField("dropout", tokenizer.pipeline().dropout());
    } else {
      json.writeNullField("dropout");
    }
    json.writeNullField("unk_token");
    json.writeNullField("continuing_subword_prefix");
    json.writeNullField("end_of_word_suffix");
    json.writeBooleanField("fuse_unk", false);
    json.writeBooleanField("byte_fallback", false);
    json.writeBooleanField("ignore_merges", tokenizer.pipeline().ignoresMerges());
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
