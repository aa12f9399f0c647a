/*
 * Tiles for processors that have none. Such a processor raises an illegal instruction (SIGILL) at each instruction of AMX; the handler
 * here does what the instruction would have done, as "Intel 64 and IA-32 Architectures Software Developer's Manual", volume 2, says, and
 * goes on behind it. Tests load this library; it knows the instructions that Minnow writes, and ends the process at any misuse of them
 * at which a processor with tiles would have raised a fault. Every other illegal instruction goes to the handler that was there before.
 */
#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>
#include <xmmintrin.h>

enum { TILES = 8, ROWS = 16, ROW_BYTES = 64, PAIRS = ROW_BYTES / 4, SAME_BASE_AS_SIB = 4, NO_BASE = 5 };

/* The prefixes of VEX, and the opcodes of map 0F38. */
enum { NONE, PREFIX_66, PREFIX_F3, PREFIX_F2 };
enum { CONFIGURE = 0x49, MOVE = 0x4B, MULTIPLY = 0x5C };

static const int REGISTERS[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                                  REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};

/* What a thread's tiles hold: those of a thread that has not configured any have no rows. */
typedef struct {
  uint8_t rows[TILES];
  uint16_t row_bytes[TILES];
  uint8_t data[TILES][ROWS][ROW_BYTES];
} Tiles;

static __thread Tiles tiles;
static struct sigaction before;

static void require(int condition, const char *what) {
  if (!condition) {
    fprintf(stderr, "A tile instruction that a processor would refuse: %s.\n", what);
    abort();
  }
}

static void configure(const uint8_t *configuration) {
  require(configuration[0] == 1, "the palette is not 1");
  for (int i = 1; i < 16; i++) {
    require(configuration[i] == 0, "a reserved byte of the configuration is not 0");
  }
  memset(&tiles, 0, sizeof tiles);
  memcpy(tiles.row_bytes, configuration + 16, sizeof tiles.row_bytes);
  memcpy(tiles.rows, configuration + 48, sizeof tiles.rows);
  for (int i = 0; i < TILES; i++) {
    require(tiles.rows[i] <= ROWS && tiles.row_bytes[i] <= ROW_BYTES, "a tile is too large");
    require(!tiles.rows[i] == !tiles.row_bytes[i], "a tile has rows without bytes, or bytes without rows");
    require(configuration[16 + sizeof tiles.row_bytes + i] == 0 && configuration[48 + TILES + i] == 0, "there is a ninth tile");
  }
}

static void zero(int tile) {
  require(tiles.rows[tile], "a tile is not configured");
  memset(tiles.data[tile], 0, sizeof tiles.data[tile]);
}

static void load(int tile, const uint8_t *from, int64_t stride) {
  zero(tile);
  for (int row = 0; row < tiles.rows[tile]; row++) {
    memcpy(tiles.data[tile][row], from + row * stride, tiles.row_bytes[tile]);
  }
}

static void store(int tile, uint8_t *to, int64_t stride) {
  require(tiles.rows[tile], "a tile is not configured");
  for (int row = 0; row < tiles.rows[tile]; row++) {
    memcpy(to + row * stride, tiles.data[tile][row], tiles.row_bytes[tile]);
  }
}

static float widened(uint16_t bfloat) {
  uint32_t bits = (uint32_t) bfloat << 16;
  float value;
  memcpy(&value, &bits, sizeof value);
  return value;
}

/* to += left x right, in which both numbers of a pair have a sum of their own, and subnormal numbers count as zeros. */
static void multiply(int to, int left, int right) {
  require(to != left && to != right && left != right, "a product has the same tile twice");
  int pairs = tiles.row_bytes[left] / 4;
  require(tiles.rows[to] && pairs && tiles.rows[left] == tiles.rows[to] && tiles.rows[right] == pairs, "rows of a product do not fit");
  require(tiles.row_bytes[right] == tiles.row_bytes[to] && (tiles.row_bytes[to] | tiles.row_bytes[left]) % 4 == 0,
          "columns of a product do not fit");
  unsigned kept = _mm_getcsr();
  _mm_setcsr(0x9FC0); /* No exceptions, to the nearest, subnormal numbers are zeros. */
  for (int row = 0; row < tiles.rows[to]; row++) {
    float first[PAIRS] = {0};
    float second[PAIRS] = {0};
    uint16_t factors[2 * PAIRS];
    memcpy(factors, tiles.data[left][row], sizeof factors);
    for (int pair = 0; pair < pairs; pair++) {
      uint16_t others[2 * PAIRS];
      memcpy(others, tiles.data[right][pair], sizeof others);
      for (int column = 0; column < PAIRS; column++) {
        first[column] = __builtin_fmaf(widened(factors[2 * pair]), widened(others[2 * column]), first[column]);
        second[column] = __builtin_fmaf(widened(factors[2 * pair + 1]), widened(others[2 * column + 1]), second[column]);
      }
    }
    float sums[PAIRS];
    memcpy(sums, tiles.data[to][row], sizeof sums);
    for (int column = 0; column < tiles.row_bytes[to] / 4; column++) {
      sums[column] += first[column] + second[column];
    }
    memcpy(tiles.data[to][row], sums, sizeof sums);
  }
  _mm_setcsr(kept);
}

/* An operand in memory: the address without its index, the index times its scale, and the bytes that say so. */
typedef struct {
  uint8_t *base;
  int64_t index;
  int has_index;
  int length;
} Memory;

static Memory memory(const uint8_t *modrm, int high_base, int high_index, const greg_t *registers) {
  int mode = modrm[0] >> 6;
  int base = modrm[0] & 7;
  Memory operand = {0, 0, base == SAME_BASE_AS_SIB, 1};
  if (operand.has_index) {
    int sib = modrm[operand.length++];
    int index = (sib >> 3 & 7) + high_index;
    require(index != SAME_BASE_AS_SIB && (mode || (sib & 7) != NO_BASE), "this form of an operand in memory is not known here");
    operand.index = registers[REGISTERS[index]] * (1 << (sib >> 6));
    base = sib & 7;
  }
  int32_t displacement = 0;
  int relative = !operand.has_index && !mode && base == NO_BASE;
  if (mode == 1) {
    displacement = (int8_t) modrm[operand.length++];
  } else if (mode == 2 || relative) {
    memcpy(&displacement, modrm + operand.length, sizeof displacement);
    operand.length += sizeof displacement;
  }
  uint8_t *from = relative ? (uint8_t *) modrm + operand.length : (uint8_t *) registers[REGISTERS[base + high_base]];
  operand.base = from + displacement;
  return operand;
}

/* Does the instruction at this place, if it is one of tiles: its bytes, or 0. */
static int emulate(const uint8_t *at, const greg_t *registers) {
  if (at[0] != 0xC4 || (at[1] & 31) != 2 || (at[2] & 0x84) != 0) {
    return 0;
  }
  int prefix = at[2] & 3;
  int other = ~(at[2] >> 3) & 15;
  int reg = at[4] >> 3 & 7;
  int of_registers = at[4] >> 6 == 3;
  if (at[3] == MULTIPLY && prefix == PREFIX_F3 && of_registers) {
    require((at[1] & 0xE0) == 0xE0 && other < TILES, "there are only eight tiles");
    multiply(reg, at[4] & 7, other);
    return 5;
  }
  if (at[3] != CONFIGURE && at[3] != MOVE) {
    return 0;
  }
  require((at[1] & 0x80) && other == 0, "there are only eight tiles, and no other operand");
  if (at[3] == CONFIGURE && of_registers) {
    require(prefix == PREFIX_F2 || (prefix == NONE && at[4] == 0xC0), "this instruction is not known here");
    if (prefix == NONE) {
      memset(&tiles, 0, sizeof tiles);
    } else {
      zero(reg);
    }
    return 5;
  }
  require(!of_registers, "this instruction is not known here");
  Memory operand = memory(at + 4, at[1] & 0x20 ? 0 : 8, at[1] & 0x40 ? 0 : 8, registers);
  if (at[3] == CONFIGURE) {
    require(prefix == NONE && reg == 0 && !operand.has_index, "this instruction is not known here");
    configure(operand.base);
  } else {
    require(prefix != NONE && operand.has_index, "this instruction is not known here");
    if (prefix == PREFIX_F3) {
      store(reg, operand.base, operand.index);
    } else {
      load(reg, operand.base, operand.index);
    }
  }
  return 4 + operand.length;
}

static void illegal(int signal, siginfo_t *information, void *context) {
  greg_t *registers = ((ucontext_t *) context)->uc_mcontext.gregs;
  const uint8_t *start = (const uint8_t *) registers[REG_RIP];
  const uint8_t *at = start;
  for (int length = emulate(at, registers); length; length = emulate(at, registers)) {
    at += length;
  }
  registers[REG_RIP] = (greg_t) at;
  if (at == start) {
    if (before.sa_flags & SA_SIGINFO) {
      before.sa_sigaction(signal, information, context);
    } else {
      sigaction(SIGILL, &before, NULL);
    }
  }
}

__attribute__((constructor)) static void install(void) {
  struct sigaction action = {0};
  action.sa_sigaction = illegal;
  action.sa_flags = SA_SIGINFO | SA_NODEFER | SA_RESTART;
  sigaction(SIGILL, &action, &before);
}
