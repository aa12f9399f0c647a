/**
 * The regular expressions that tokenizers cut text with, on UTF-8, in the syntax and meaning of Oniguruma.
 */
@NullMarked
package dev.minnow.tokenizer.regex;

import org.jspecify.annotations.NullMarked;
