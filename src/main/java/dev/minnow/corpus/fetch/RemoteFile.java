package dev.minnow.corpus.fetch;

import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A file that can be downloaded.
 *
 * @param name what it is called on disk, a plain file name
 * @param addresses where the same bytes are to be had; the first that works is taken
 * @param bytes its size
 * @param exact whether it has just so many bytes; else about so many, and never more than twice as many
 * @param sha256 of its bytes, in hexadecimal, where that is known
 */
public record RemoteFile(String name, List<URI> addresses, long bytes, boolean exact, @Nullable String sha256) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9._-]*");
  private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");

  /** @throws IllegalArgumentException if a part is not of its form */
  public RemoteFile {
    addresses = List.copyOf(addresses);
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(name + " is not a plain file name.");
    }
    if (addresses.isEmpty() || !addresses.stream().allMatch(RemoteFile::isHttp)) {
      throw new IllegalArgumentException(name + " needs an http or https address, not " + addresses + ".");
    }
    if (bytes < 1 || bytes > Long.MAX_VALUE / 2) {
      throw new IllegalArgumentException(name + " cannot have " + bytes + " bytes.");
    }
    if (sha256 != null && !SHA256.matcher(sha256).matches()) {
      throw new IllegalArgumentException(sha256 + " is not a SHA-256 in hexadecimal.");
    }
  }

  static boolean isHttp(URI address) {
    String scheme = address.getScheme();
    return address.getHost() != null && scheme != null && List.of("http", "https").contains(scheme.toLowerCase(Locale.ROOT));
  }

  /** The host of a web address, and its port where it says one. */
  static String host(URI address) {
    return address.getHost() + (address.getPort() < 0 ? "" : ":" + address.getPort());
  }

  /** More is never written, whatever a server sends. */
  long mostBytes() {
    return exact ? bytes : 2 * bytes;
  }
}
