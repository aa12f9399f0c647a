/** The transformer: its configuration, its parameters, and one class per layer with forward and backward side by side. */
@NullMarked
package dev.minnow.model;

import org.jspecify.annotations.NullMarked;
