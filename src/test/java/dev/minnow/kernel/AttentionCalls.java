package dev.minnow.kernel;

import static dev.minnow.kernel.Cells.doubles;

import dev.minnow.kernel.scalar.ScalarKernel;
import dev.minnow.memory.Tensor;
import java.util.Arrays;

/** Random calls of the three forms of attention. */
final class AttentionCalls {
  private AttentionCalls() {}

  static KernelCall attention(Operands o) {
    AttentionShape shape = attentionShape(o);
    Dropout dropout = o.dropout();
    int n = shape.batch() * shape.context();
    Tensor queryKeyValue = o.operand("queryKeyValue", n, shape.queryKeyValueWidth());
    double[] x = doubles(queryKeyValue);
    AttentionReference reference = new AttentionReference(shape, dropout, o.operandUnit());
    return new KernelCall("attention",
        (kernel, a) -> kernel.attention(a.get("out"), a.get("logSumExp"), a.get("queryKeyValue"), shape, dropout))
        .writes("out", o.operandOutput("out", n, shape.width()), () -> reference.outTolerances(x))
        .writes("logSumExp", o.output("logSumExp", shape.batch(), shape.headCount(), shape.context()),
            () -> reference.logSumExpTolerances(x))
        .reads("queryKeyValue", queryKeyValue);
  }

  static KernelCall attentionBackward(Operands o) {
    AttentionShape shape = attentionShape(o);
    Dropout dropout = o.dropout();
    int n = shape.batch() * shape.context();
    Tensor queryKeyValue = o.operand("queryKeyValue", n, shape.queryKeyValueWidth());
    Tensor out = o.operandInOut("out", n, shape.width());
    Tensor logSumExp = o.inOut("logSumExp", shape.batch(), shape.headCount(), shape.context());
    Tensor floatOut = o.output("out in floats", n, shape.width());
    new ScalarKernel().attention(floatOut, logSumExp, o.floats(queryKeyValue), shape, dropout);
    o.copy(floatOut, out);
    Tensor dout = o.operand("dout", n, shape.width());
    AttentionReference reference = new AttentionReference(shape, dropout, o.operandUnit());
    return new KernelCall("attentionBackward",
        (kernel, a) -> kernel.attentionBackward(a.get("dqueryKeyValue"), a.get("dout"), a.get("out"), a.get("logSumExp"),
            a.get("queryKeyValue"), shape, dropout))
        .writes("dqueryKeyValue", o.operandOutput("dqueryKeyValue", n, shape.queryKeyValueWidth()),
            () -> reference.gradientTolerances(doubles(queryKeyValue), doubles(dout)))
        .reads("dout", dout)
        .reads("out", out)
        .reads("logSumExp", logSumExp)
        .reads("queryKeyValue", queryKeyValue);
  }

  private static AttentionShape attentionShape(Operands o) {
    int batch = o.few(2);
    int context = o.size(80);
    int keyValueHeads = o.few(2);
    return new AttentionShape(batch, context, keyValueHeads * o.few(2), keyValueHeads, o.size(40));
  }

  static KernelCall attentionWithCache(Operands o) {
    int position = o.few(40) - 1;
    int n = o.size(20);
    int keyValueHeads = o.few(2);
    int heads = keyValueHeads * o.few(2);
    int headWidth = o.size(40);
    int c = heads * headWidth;
    Tensor keys = o.inOut("keys", keyValueHeads, position + n + o.random().nextInt(3), headWidth);
    Tensor values = o.inOut("values", keys.shape());
    Tensor queryKeyValue = o.operand("queryKeyValue", n, c + 2L * keyValueHeads * headWidth);
    return new KernelCall("attentionWithCache", (kernel, a) -> kernel.attentionWithCache(a.get("out"), a.get("keys"), a.get("values"),
        a.get("queryKeyValue"), position))
        .writes("out", o.operandOutput("out", n, c), () -> cachedTolerances(o, c, keys, values, queryKeyValue, position))
        .writes("keys", keys, () -> new double[(int) keys.elementCount()])
        .writes("values", values, () -> new double[(int) keys.elementCount()])
        .reads("queryKeyValue", queryKeyValue);
  }

  /** Those of attention over the whole sequence, of which the first {@code position} queries are left out. */
  private static double[] cachedTolerances(Operands o, int c, Tensor keys, Tensor values, Tensor queryKeyValue, int position) {
    int keyValueHeads = (int) keys.dimension(0);
    int rows = (int) keys.dimension(1);
    int headWidth = (int) keys.dimension(2);
    int width = keyValueHeads * headWidth;
    int rowWidth = c + 2 * width;
    int n = (int) queryKeyValue.dimension(0);
    double[] whole = new double[(position + n) * rowWidth];
    for (int cell = 0; cell < position * width; cell++) {
      int row = cell / width;
      int column = cell % width;
      int cached = (column / headWidth * rows + row) * headWidth + column % headWidth;
      whole[row * rowWidth + c + column] = keys.getFloat(cached);
      whole[row * rowWidth + c + width + column] = values.getFloat(cached);
    }
    System.arraycopy(doubles(queryKeyValue), 0, whole, position * rowWidth, n * rowWidth);
    AttentionShape shape = new AttentionShape(1, position + n, c / headWidth, keyValueHeads, headWidth);
    double[] tolerances = new AttentionReference(shape, Dropout.NONE, o.operandUnit()).outTolerances(whole);
    return Arrays.copyOfRange(tolerances, position * c, tolerances.length);
  }
}
