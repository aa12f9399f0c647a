package dev.minnow.kernel.block;

import dev.minnow.memory.Blocks;

/** What multiplies matrices of bfloat16 in a processor; both take them in {@link Blocks} and sum in float32. */
public enum MatrixUnit {
  /** AMX: 16 x 16 sums in a tile. */
  TILES("amx", "tiles", 200, 2),
  /** AVX512_BF16: 16 sums in a vector, each of which takes the products of a pair at once; on a Zen 4 at twice the speed of float32. */
  PAIRS("bf16", "pairs", 20, 1);

  /** The name of the kernel that multiplies with it. */
  public final String kernelName;

  /** What it takes of bfloat16 at once. */
  public final String operands;

  /** 32 x 32 x 32 that it multiplies in some 5 microseconds, several times what handing out a task costs: the least of a task. */
  public final int leastBlocks;

  /**
   * Block rows of queries whose scores are computed at a time: more share what is loaded of keys, which pairs load anew for eight rows
   * anyway; fewer see fewer keys that the last of them alone needs.
   */
  public final int queryBlocks;

  MatrixUnit(String kernelName, String operands, int leastBlocks, int queryBlocks) {
    this.kernelName = kernelName;
    this.operands = operands;
    this.leastBlocks = leastBlocks;
    this.queryBlocks = queryBlocks;
  }
}
