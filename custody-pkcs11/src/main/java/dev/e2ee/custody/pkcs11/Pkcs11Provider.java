package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.probe.KnownModules;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.probe.CustodyProbe;
import dev.e2ee.spi.probe.FoundStore;
import dev.e2ee.spi.probe.ProbeDepth;
import dev.e2ee.spi.probe.ProbeReport;
import java.util.List;

/**
 * The {@code pkcs11:} scheme of custody URIs, RFC 7512.
 *
 * <pre>
 * pkcs11:token=vault;object=records?module-path=/usr/lib/softhsm/libsofthsm2.so&amp;pin-source=file:/run/secrets/pin
 * </pre>
 *
 * <p>{@code token}, {@code serial}, {@code manufacturer} and {@code model} choose the token, which
 * has to be one. {@code object} is the name of a key, {@code id} the 16 bytes of one generation:
 * with them the custody has no other keys. {@code module-path} is the absolute path of the module,
 * {@code module-name} its name in a directory of the system. {@code pin-source} is {@code
 * file:PATH}, {@code env:NAME} or {@code callback:}, which is also what happens without it. {@code
 * init-args} is a text that the module gets at C_Initialize; NSS needs one.
 */
public final class Pkcs11Provider implements CustodyProvider, CustodyProbe {
  /** For {@link java.util.ServiceLoader}. */
  public Pkcs11Provider() {}

  @Override
  public String scheme() {
    return "pkcs11";
  }

  @Override
  public String description() {
    return Pkcs11Custody.BACKEND;
  }

  @Override
  public Pkcs11Custody open(CustodyUri uri, CustodyOptions options) {
    if (!uri.scheme().equals(scheme())) {
      throw new CustodyException(
          Kind.UNSUPPORTED, "this back end opens pkcs11: URIs, not " + uri.scheme() + ":");
    }
    return Pkcs11Custody.open(uri, options);
  }

  @Override
  public ProbeReport probe(CustodyUri uri, CustodyOptions options, ProbeDepth depth) {
    return new Pkcs11Probe(uri, options, Pkcs11Custody.binding(uri)).probe(depth);
  }

  @Override
  public List<FoundStore> stores(CustodyUri uri, CustodyOptions options) {
    return new Pkcs11Probe(uri, options, Pkcs11Custody.binding(uri)).stores();
  }

  @Override
  public List<FoundStore> places() {
    return KnownModules.all();
  }
}
