package dev.minnow.cli;

import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Standard input, output and error, in UTF-8 whatever the locale says. Results go to output, and a write that fails ends the command;
 * progress and notices go to error, where a failure is nobody's business.
 */
final class Console {
  private final InputStream in;
  private final OutputStream out;
  private final PrintStream error;
  private final boolean system;

  /** Characters of the line on error that is being rewritten; 0 if none is. */
  private int rewritten;

  private boolean progressEnded;

  private Console(InputStream in, OutputStream out, OutputStream error, boolean system) {
    this.in = new StandardInput(in);
    this.out = out;
    this.error = new PrintStream(error, true, StandardCharsets.UTF_8);
    this.system = system;
  }

  /** The process's own streams; when it ends, by Ctrl-C too, what the shell writes next begins a line. */
  static Console system() {
    Console console =
        new Console(
            new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out), new FileOutputStream(FileDescriptor.err),
            true);
    Runtime.getRuntime().addShutdownHook(new Thread(console::endProgress, "end of progress"));
    return console;
  }

  /** Streams that are no terminal. */
  static Console of(InputStream in, OutputStream out, OutputStream error) {
    return new Console(in, out, error, false);
  }

  /**
   * Writes a result as it is, at once.
   *
   * @throws OutputException if it cannot be written
   */
  void print(String text) {
    write(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Writes bytes of a result, which need not be text, at once. */
  synchronized void write(byte[] bytes) {
    endLine();
    try {
      out.write(bytes);
      out.flush();
    } catch (IOException e) {
      throw new OutputException(e);
    }
  }

  /** Writes a line of a result. */
  void println(String line) {
    print(line + "\n");
  }

  /** Writes a line for the person in front of the terminal, which nothing in it commands. */
  synchronized void notice(String line) {
    endLine();
    error.println(TerminalText.of(line));
  }

  /** Writes a line on a terminal in the place of the one before; whatever is written else leaves it. */
  synchronized void rewrite(String line) {
    if (progressEnded) {
      return;
    }
    error.print("\r" + line + " ".repeat(Math.max(0, rewritten - line.length())));
    error.flush();
    rewritten = line.length();
  }

  /** Leaves the line that is being rewritten. */
  synchronized void endLine() {
    if (rewritten > 0) {
      error.println();
      rewritten = 0;
    }
  }

  /** Leaves the line that is being rewritten, and begins none any more. */
  synchronized void endProgress() {
    endLine();
    progressEnded = true;
  }

  /** Writes what a person should know although the command goes on. */
  void note(String sentence) {
    notice("note: " + sentence);
  }

  /** For notices of many lines. */
  PrintStream error() {
    endLine();
    return error;
  }

  InputStream in() {
    return in;
  }

  /**
   * All of standard input.
   *
   * @throws IOException if it cannot be read or is not UTF-8
   */
  String readAll() throws IOException {
    byte[] bytes = in.readAllBytes();
    try {
      return withoutByteOrderMark(StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException e) {
      throw new IOException("Standard input is not UTF-8; convert it first, for example with iconv.", e);
    }
  }

  /** A text as it is but for the mark of its encoding, with which some programs begin. */
  static String withoutByteOrderMark(String text) {
    return text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /** Whether a person types standard input. */
  boolean inputIsTerminal() {
    return system && isTerminal(0);
  }

  /** Whether a person watches standard output. */
  boolean outputIsTerminal() {
    return system && isTerminal(1);
  }

  /** Whether a person watches standard error. */
  boolean errorIsTerminal() {
    return system && isTerminal(2);
  }

  /** Linux names the device of each stream; elsewhere Java knows only whether input and output both are a terminal. */
  // JDK 22 to 24 always had a console; since 25 there is none again where a stream is redirected.
  @SuppressWarnings("SystemConsoleNull")
  private static boolean isTerminal(int stream) {
    Path link = Path.of("/proc/self/fd/" + stream);
    if (Files.isSymbolicLink(link)) {
      try {
        String device = Files.readSymbolicLink(link).toString();
        return device.startsWith("/dev/pts/") || device.startsWith("/dev/tty") || device.equals("/dev/console");
      } catch (IOException e) {
        return false;
      }
    }
    java.io.Console console = System.console();
    return console != null && console.isTerminal();
  }
}
