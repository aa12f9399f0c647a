package dev.minnow.tokenizer;

import java.io.IOException;

/** A tokenizer file that is missing, damaged or asks for something that is not supported; the message is one sentence for a person. */
public final class TokenizerException extends IOException {
  private static final long serialVersionUID = 1L;

  public TokenizerException(String message) {
    super(message);
  }

  public TokenizerException(String message, Throwable cause) {
    super(message, cause);
  }
}
