/** The command line: one class per command, which holds its options and what it prints. */
@NullMarked
package dev.minnow.cli;

import org.jspecify.annotations.NullMarked;
