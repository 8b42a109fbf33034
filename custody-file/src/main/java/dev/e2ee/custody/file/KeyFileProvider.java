package dev.e2ee.custody.file;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/**
 * The scheme {@code file:}.
 *
 * <pre>file:/home/ann/keys.e2ee?passphrase-source=file:/run/secrets/passphrase</pre>
 *
 * <p>{@code passphrase-source} is {@code file:PATH}, {@code env:NAME} or {@code callback:}; {@code
 * slot-key} is the path of a slot-key file; both at once are refused. Without either, the options'
 * callback handler is asked for a passphrase; without a handler, or where the file has no slot for
 * a passphrase, a slot key beside the key file is taken.
 */
public final class KeyFileProvider implements CustodyProvider, CustodyProbe {
  /** For {@link java.util.ServiceLoader}. */
  public KeyFileProvider() {}

  @Override
  public String scheme() {
    return "file";
  }

  @Override
  public String description() {
    return KeyFile.BACKEND;
  }

  @Override
  public KeyFile open(CustodyUri uri, CustodyOptions options) {
    if (!uri.scheme().equals(scheme())) {
      throw new CustodyException(
          Kind.UNSUPPORTED, "this back end opens file: URIs, not " + uri.scheme() + ":");
    }
    try {
      return KeyFile.open(
          Path.of(uri.path()),
          options,
          uri.query("passphrase-source"),
          uri.query("slot-key").map(Path::of));
    } catch (InvalidPathException e) {
      throw new CustodyException(
          Kind.MISSING, "the URI has a path that this system cannot have; check it", e);
    }
  }

  @Override
  public ProbeReport probe(CustodyUri uri, CustodyOptions options, ProbeDepth depth) {
    return new KeyFileProbe(uri, options, () -> open(uri, options)).probe(depth);
  }
}
