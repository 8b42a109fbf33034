package dev.e2ee.testvectors.fips;

import dev.e2ee.device.AgreementAlgorithm;
import dev.e2ee.device.DeviceIdentity;
import dev.e2ee.device.SigningAlgorithm;
import dev.e2ee.store.StoreCipher;
import dev.e2ee.store.StoreKeys;
import java.util.Arrays;
import java.util.Map;

/** Stores in the FIPS profile. */
final class FipsStores {
  private static final String NAME = "work";

  private FipsStores() {}

  static void add(Map<String, FipsActions.Action> all) {
    all.put("store", FipsStores::store);
    all.put(
        "store under a passphrase",
        () -> StoreKeys.generate().exportKey(NAME, "fourteen characters".toCharArray()));
  }

  /** Records, names, and the export for a device with P-256. */
  private static boolean store() throws Exception {
    try (StoreKeys made = StoreKeys.generate();
        StoreKeys rotated = made.rotate();
        DeviceIdentity device =
            DeviceIdentity.generate("d", AgreementAlgorithm.P256, SigningAlgorithm.ECDSA_P256);
        StoreKeys back =
            StoreKeys.importKey(
                rotated.exportKey(NAME, device.publicKeys(), device),
                NAME,
                device,
                device.publicKeys(),
                2)) {
      StoreCipher cipher = StoreCipher.with(back);
      byte[] record = StoreCipher.with(made).sealPadded("a", 3, FipsActions.UMK);
      return Arrays.equals(FipsActions.UMK, cipher.open("a", record, 3).content())
          && cipher.path(cipher.name("a")).equals("a");
    }
  }
}
