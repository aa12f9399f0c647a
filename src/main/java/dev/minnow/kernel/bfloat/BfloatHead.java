package dev.minnow.kernel.bfloat;

import dev.minnow.kernel.pool.CodeScratch;

/** The head of attention that a thread is at: where its scratch begins, and its rows of matrices. Reused from head to head. */
final class BfloatHead {
  final HeadBlocks queries = new HeadBlocks();
  final HeadBlocks keys = new HeadBlocks();
  final HeadBlocks values = new HeadBlocks();
  final HeadBlocks out = new HeadBlocks();
  final HeadBlocks dout = new HeadBlocks();
  final HeadBlocks dqueries = new HeadBlocks();
  final HeadBlocks dkeys = new HeadBlocks();
  final HeadBlocks dvalues = new HeadBlocks();

  /** The address that a {@link HeadLayout} counts from. */
  long base;

  /** Finds room for a head. */
  void begin(HeadLayout layout, CodeScratch scratch) {
    base = scratch.large(layout.bytes());
  }
}
