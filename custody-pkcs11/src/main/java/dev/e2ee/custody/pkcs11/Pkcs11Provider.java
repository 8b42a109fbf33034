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
 *
 * <p>{@code wrap} names how new UMKs wrap: {@code gcm}, {@code hmac}, {@code oaep-3072}, {@code
 * oaep-2048} or {@code kw}, section 2 of {@code testvectors/spec/token.md}. The token is tried, and
 * one that cannot do it makes no UMK. Without it, the first one that the token can do is taken, but
 * never {@code kw}. Keys that are there stay what they were made as, and so do their next
 * generations: while {@code wrap} names another use, {@code rotate} answers POLICY.
 *
 * <p>{@code binding} names through what the module's functions are called. Without it, that is the
 * library ipkcs11wrapper, with native code of its own. {@code binding=sun} takes the JDK's
 * functions, and needs neither that library nor {@code --enable-native-access}. They are internal
 * to the JDK, so Java has to be started with {@code --add-exports
 * jdk.crypto.cryptoki/sun.security.pkcs11.wrapper=ALL-UNNAMED} and {@code --add-exports
 * java.base/sun.nio.ch=ALL-UNNAMED}; on the module path, with {@code dev.e2ee.custody.pkcs11} in
 * place of {@code ALL-UNNAMED}. A process uses one module through one binding at a time.
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
    return Binding.DEFAULT.backend();
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
    return new Pkcs11Probe(uri, options, Pkcs11Custody.loader(uri)).probe(depth);
  }

  @Override
  public List<FoundStore> stores(CustodyUri uri, CustodyOptions options) {
    return new Pkcs11Probe(uri, options, Pkcs11Custody.loader(uri)).stores();
  }

  @Override
  public List<FoundStore> places() {
    return KnownModules.all();
  }
}
