/** Generating text: the decoding loop, samplers, the key/value cache. */
@NullMarked
package dev.minnow.generate;

import org.jspecify.annotations.NullMarked;
