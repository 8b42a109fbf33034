package dev.e2ee.key;

import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import java.security.KeyStore;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which custody a {@code KeyStore} {@code E2EE-Custody} is, for {@link
 * KeyStore#load(KeyStore.LoadStoreParameter)}.
 */
public final class CustodyStoreParameter implements KeyStore.LoadStoreParameter {
  private final CustodyUri uri;
  private final CustodyOptions options;

  private CustodyStoreParameter(CustodyUri uri, CustodyOptions options) {
    this.uri = uri;
    this.options = options;
  }

  /**
   * The custody at this address.
   *
   * @param options who answers for the passphrase or PIN when the URI names no source, and the like
   */
  public static CustodyStoreParameter of(CustodyUri uri, CustodyOptions options) {
    return new CustodyStoreParameter(
        Objects.requireNonNull(uri, "uri"), Objects.requireNonNull(options, "options"));
  }

  /** The address. */
  public CustodyUri uri() {
    return uri;
  }

  /** How the custody behaves. */
  public CustodyOptions options() {
    return options;
  }

  /** Always null: {@link #options} has the one who answers. */
  @Override
  public KeyStore.@Nullable ProtectionParameter getProtectionParameter() {
    return null;
  }

  @Override
  public String toString() {
    return "CustodyStoreParameter[" + uri + "]";
  }
}
