package dev.minnow.cli;

/**
 * A command some of whose options say nothing beside others that were given. On the command line it refuses them; what the environment has
 * is there for other commands as well, and is passed over.
 */
interface HasIdleOptions {
  /** Whether an option says nothing, by its name with dashes; asked once all others have their values. */
  boolean isIdle(String option);
}
