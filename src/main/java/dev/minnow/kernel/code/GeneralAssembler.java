package dev.minnow.kernel.code;

/**
 * The part of an {@link Assembler} that knows no vectors: instructions on general registers, jumps, and how operands are encoded. Memory
 * operands are a base register, perhaps an index, and a displacement, which is always written in 32 bits.
 */
public abstract class GeneralAssembler extends CodeBytes {
  /** What a function of the System V calling convention leaves as it was, but for the stack's own. */
  private static final Register[] SAVED = {Register.RBX, Register.RBP, Register.R12, Register.R13, Register.R14, Register.R15};

  private static final int BASE_IS_SIB = 4;

  /** As an index: none, in the encoding of memory operands. */
  public static final Register NO_INDEX = Register.RSP;

  private void rex(Register reg, Register rm) {
    emit(0x48 | reg.ordinal() >> 3 << 2 | rm.ordinal() >> 3);
  }

  /** ModRM, SIB where the base needs one, displacement of 32 bits. */
  final void memory(int reg, Register base, int displacement) {
    int rm = base.ordinal() & 7;
    emit(0x80 | (reg & 7) << 3 | rm);
    if (rm == BASE_IS_SIB) {
      emit(0x24);
    }
    emitInt(displacement);
  }

  /** The same with so many times an index. */
  final void memory(int reg, Register base, Register index, int times, int displacement) {
    int scale = Integer.numberOfTrailingZeros(times);
    emit(0x84 | (reg & 7) << 3, scale << 6 | (index.ordinal() & 7) << 3 | base.ordinal() & 7);
    emitInt(displacement);
  }

  final void registers(int reg, int rm) {
    emit(0xC0 | (reg & 7) << 3 | rm & 7);
  }

  public void mov(Register to, Register from) {
    rex(from, to);
    emit(0x89);
    registers(from.ordinal(), to.ordinal());
  }

  public void movLoad(Register to, Register base, int displacement) {
    rex(to, base);
    emit(0x8B);
    memory(to.ordinal(), base, displacement);
  }

  public void movStore(Register base, int displacement, Register from) {
    rex(from, base);
    emit(0x89);
    memory(from.ordinal(), base, displacement);
  }

  public void movImmediate(Register to, int value) {
    rex(Register.RAX, to);
    emit(0xC7);
    registers(0, to.ordinal());
    emitInt(value);
  }

  public void add(Register to, Register from) {
    rex(from, to);
    emit(0x01);
    registers(from.ordinal(), to.ordinal());
  }

  public void addImmediate(Register to, int value) {
    rex(Register.RAX, to);
    emit(0x81);
    registers(0, to.ordinal());
    emitInt(value);
  }

  public void addLoad(Register to, Register base, int displacement) {
    rex(to, base);
    emit(0x03);
    memory(to.ordinal(), base, displacement);
  }

  /** An argument of the function, which finds them from RDI on. */
  public void load(Register to, CodeArgument argument) {
    movLoad(to, Register.RDI, argument.offset());
  }

  /** Adds an argument of the function, which finds them from RDI on. */
  public void add(Register to, CodeArgument argument) {
    addLoad(to, Register.RDI, argument.offset());
  }

  /** Leaves the zero flag for {@link #jnz(int)}. */
  public void dec(Register register) {
    rex(Register.RAX, register);
    emit(0xFF);
    registers(1, register.ordinal());
  }

  /** Sets the zero flag if the register is 0. */
  public void test(Register register) {
    rex(register, register);
    emit(0x85);
    registers(register.ordinal(), register.ordinal());
  }

  /** Jumps to an earlier place if the zero flag is not set. */
  public void jnz(int target) {
    emit(0x0F, 0x85);
    emitInt(target - (position() + Integer.BYTES));
  }

  /** Jumps forward if the zero flag is not set: to where {@link #land} takes the number that this returns. */
  public int jnz() {
    emit(0x0F, 0x85);
    emitInt(0);
    return position();
  }

  /** Jumps forward if the zero flag is set: to where {@link #land} takes the number that this returns. */
  public int jz() {
    emit(0x0F, 0x84);
    emitInt(0);
    return position();
  }

  /** Jumps forward, to where {@link #land} takes the number that this returns. */
  public int jmp() {
    emit(0xE9);
    emitInt(0);
    return position();
  }

  /** The next instruction is where a {@link #jz}, {@link #jnz()} or {@link #jmp} jumps to. */
  public void land(int jump) {
    putDistance(jump);
  }

  /** The address of {@code target}, a place in this code. */
  public void lea(Register to, int target) {
    rex(to, Register.RAX);
    emit(0x8D);
    relative(to.ordinal(), target, 0);
  }

  void push(Register register) {
    if (register.ordinal() >= 8) {
      emit(0x41);
    }
    emit(0x50 | register.ordinal() & 7);
  }

  void pop(Register register) {
    if (register.ordinal() >= 8) {
      emit(0x41);
    }
    emit(0x58 | register.ordinal() & 7);
  }

  /** Keeps what a function must leave as it was. */
  public void pushSaved() {
    for (Register register : SAVED) {
      push(register);
    }
  }

  /** Brings back what {@link #pushSaved} kept. */
  public void popSaved() {
    for (int i = SAVED.length - 1; i >= 0; i--) {
      pop(SAVED[i]);
    }
  }

  /** What the body writes, as often as the counter says, perhaps never; the counter is lost. */
  public void repeat(Register counter, Runnable body) {
    test(counter);
    int none = jz();
    int loop = position();
    body.run();
    dec(counter);
    jnz(loop);
    land(none);
  }

  public void ret() {
    emit(0xC3);
  }

  void cpuid() {
    emit(0x0F, 0xA2);
  }

  void xgetbv() {
    emit(0x0F, 0x01, 0xD0);
  }

  /** Fetches a cache line that will be written. */
  public void prefetchw(Register base, int displacement) {
    prefetch(0x0D, 1, base, displacement);
  }

  /** Fetches a cache line into all caches. */
  public void prefetcht0(Register base, int displacement) {
    prefetch(0x18, 1, base, displacement);
  }

  /** Fetches a cache line into the L2 cache. */
  public void prefetcht1(Register base, int displacement) {
    prefetch(0x18, 2, base, displacement);
  }

  private void prefetch(int opcode, int extension, Register base, int displacement) {
    if (base.ordinal() >= 8) {
      emit(0x41);
    }
    emit(0x0F, opcode);
    memory(extension, base, displacement);
  }

  /** An operand in this code: a displacement from the end of the instruction, which {@code following} bytes complete. */
  final void relative(int reg, int target, int following) {
    emit(0x05 | (reg & 7) << 3);
    emitInt(target - (position() + Integer.BYTES + following));
  }
}
