package dev.e2ee.benchmarks.token;

import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.DekWrap;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;

/** Ours: the custody by its public interface. One {@link DekWrap} is for all threads. */
final class CustodyProgram implements TokenProgram {
  private final DekWrap wraps;
  private final SecretBytes dek;
  private final byte[] aad;

  private CustodyProgram(DekWrap wraps, TokenWork work) {
    this.wraps = wraps;
    this.dek = SecretBytes.copyOf(work.dek());
    this.aad = work.aad();
  }

  /** The custody of a token, unlocked. */
  static KeyCustody open(SoftHsm.Token token) {
    String module = URLEncoder.encode(token.module().toString(), StandardCharsets.UTF_8);
    String uri = "pkcs11:token=" + SoftHsm.LABEL + "?module-path=" + module + "&pin-source=env:PIN";
    KeyCustody custody =
        Custodies.installed().open(CustodyUri.parse(uri), CustodyOptions.defaults());
    custody.unlock();
    return custody;
  }

  /** With the key that the work names. */
  static TokenProgram.Factory factory(KeyCustody custody, TokenWork work) {
    DekWrap wraps = custody.find(work.key()).operation(DekWrap.class).orElseThrow();
    return () -> new CustodyProgram(wraps, work);
  }

  /** Makes a UMK. */
  static KeyId generate(SoftHsm.Token token, String name) {
    try (KeyCustody custody = open(token)) {
      return custody.generate(name, KeyKind.UMK).description().id();
    }
  }

  @Override
  public byte[] wrap() {
    return wraps.wrap(dek, aad);
  }

  @Override
  public byte[] unwrap(byte[] wrap) {
    try (SecretBytes back = wraps.unwrap(wrap, aad)) {
      return back.copy();
    }
  }

  @Override
  public byte[] mac(byte[] message) {
    throw new UnsupportedOperationException("a custody gives no MACs out; wrap with an HMAC key");
  }
}
