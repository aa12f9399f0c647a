package dev.minnow.checkpoint.gguf;

import dev.minnow.memory.Bfloat16;
import java.nio.ByteBuffer;

/** Floating-point types, whose blocks are single numbers. */
enum FloatBlocks implements BlockDecoder, BlockEncoder {
  F32 {
    @Override
    public void decode(ByteBuffer block, int at, float[] target, int to) {
      target[to] = block.getFloat(at);
    }

    @Override
    public boolean encode(float[] source, int from, ByteBuffer target, int at) {
      target.putFloat(at, source[from]);
      return true;
    }
  },
  F16 {
    @Override
    public void decode(ByteBuffer block, int at, float[] target, int to) {
      target[to] = Float.float16ToFloat(block.getShort(at));
    }

    @Override
    public boolean encode(float[] source, int from, ByteBuffer target, int at) {
      short half = Float.floatToFloat16(source[from]);
      target.putShort(at, half);
      return Float.isFinite(Float.float16ToFloat(half));
    }
  },
  BF16 {
    @Override
    public void decode(ByteBuffer block, int at, float[] target, int to) {
      target[to] = Bfloat16.toFloat(block.getShort(at));
    }

    @Override
    public boolean encode(float[] source, int from, ByteBuffer target, int at) {
      short brain = Bfloat16.of(source[from]);
      target.putShort(at, brain);
      return Float.isFinite(Bfloat16.toFloat(brain));
    }
  }
}
