package dev.minnow.checkpoint;

import dev.minnow.checkpoint.gguf.GgmlType;
import java.util.Locale;
import java.util.Optional;

/** What the matrices of an exported model are stored as. */
public enum ExportType {
  F32,
  F16,
  BF16,
  /** Blocks of 32 bytes with one 16-bit scale: 8.5 bits a number. */
  Q8_0,
  /** Blocks of 32 half bytes with one 16-bit scale: 4.5 bits a number. */
  Q4_0;

  /** Its name on a command line. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }

  GgmlType ggml() {
    return switch (this) {
      case F32 -> GgmlType.F32;
      case F16 -> GgmlType.F16;
      case BF16 -> GgmlType.BF16;
      case Q8_0 -> GgmlType.Q8_0;
      case Q4_0 -> GgmlType.Q4_0;
    };
  }

  /** The number under {@code general.file_type} of a GGUF file whose matrices are mostly of this type. */
  int ggmlFileType() {
    return switch (this) {
      case F32 -> 0;
      case F16 -> 1;
      case BF16 -> 32;
      case Q8_0 -> 7;
      case Q4_0 -> 2;
    };
  }

  /** The type in safetensors files, for those that have one. */
  Optional<StoredType> safetensors() {
    return switch (this) {
      case F32 -> Optional.of(StoredType.F32);
      case F16 -> Optional.of(StoredType.F16);
      case BF16 -> Optional.of(StoredType.BF16);
      case Q8_0, Q4_0 -> Optional.empty();
    };
  }
}
