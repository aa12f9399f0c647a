/**
 * Minnow's models as those of LangChain4j, for applications that have {@code dev.langchain4j:langchain4j-core} on their class path, which
 * Minnow does not bring along.
 */
@NullMarked
package dev.minnow.langchain4j;

import org.jspecify.annotations.NullMarked;
