package dev.minnow.kernel;

/** 64-bit registers of x86-64 by their numbers in instructions. */
enum Register {
  RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15
}
