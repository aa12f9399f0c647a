package dev.minnow.train;

import java.util.Locale;

/** Sizes of models that go well together, from one that trains in a minute to GPT-2's smallest. */
public enum Preset {
  /** 0.8M parameters: nanoGPT's configuration for a CPU. */
  NANO(4, 4, 128, 64, 256, 12, 1e-3),
  /** About 1.8M parameters: talks after some minutes on two cores; many small steps at a high rate pay there. */
  TINY(3, 3, 192, 128, 2048, 8, 3e-3),
  /** About 12M parameters: an hour or a night. */
  SMALL(6, 6, 384, 256, 4096, 16, 1e-3),
  /** GPT-2 124M. */
  GPT2(12, 12, 768, 1024, 50257, 4, 6e-4);

  final int layers;
  final int heads;
  final int width;
  final int context;
  final int vocabularySize;
  final int batch;
  final double learningRate;

  Preset(int layers, int heads, int width, int context, int vocabularySize, int batch, double learningRate) {
    this.layers = layers;
    this.heads = heads;
    this.width = width;
    this.context = context;
    this.vocabularySize = vocabularySize;
    this.batch = batch;
    this.learningRate = learningRate;
  }

  /** The name that the command line takes. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
