package dev.minnow.corpus;

/**
 * What one reading of a corpus found.
 *
 * @param documents documents that hold text
 * @param bytes their bytes of text
 * @param smallestHash the smallest {@link HeldOutSplit#hash} among them
 * @param largestHash the largest
 */
public record CorpusTotals(long documents, long bytes, long smallestHash, long largestHash) {}
