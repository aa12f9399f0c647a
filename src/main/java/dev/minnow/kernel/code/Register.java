package dev.minnow.kernel.code;

/** 64-bit registers of x86-64 by their numbers in instructions. */
public enum Register {
  RAX, RCX, RDX, RBX, RSP, RBP, RSI, RDI, R8, R9, R10, R11, R12, R13, R14, R15
}
