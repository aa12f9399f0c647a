package dev.minnow.corpus.prepare;

import dev.minnow.corpus.TokenFile;
import dev.minnow.tokenizer.TokenizerConfigJson;
import java.util.Optional;

/**
 * A corpus as token files.
 *
 * @param training what is trained on
 * @param validation what is held out; absent when nothing was to be
 * @param documents documents in both together
 * @param reused whether the files were there already, made from the same text with the same tokenizer
 */
public record PreparedCorpus(TokenFile training, Optional<TokenFile> validation, long documents, boolean reused)
    implements
      AutoCloseable {
  static final String TRAINING = "training.tokens";
  static final String VALIDATION = "validation.tokens";
  static final String TOKENIZER = "tokenizer.json";
  static final String TOKENIZER_CONFIG = TokenizerConfigJson.FILE_NAME;
  static final String DROPPED = "dropped.jsonl";

  /** Bytes of text in both files together. */
  public long textBytes() {
    return training.textBytes() + validation.map(TokenFile::textBytes).orElse(0L);
  }

  /** Tokens in both files together. */
  public long tokenCount() {
    return training.tokenCount() + validation.map(TokenFile::tokenCount).orElse(0L);
  }

  /** Closes both files. */
  @Override
  public void close() {
    training.close();
    validation.ifPresent(TokenFile::close);
  }
}
