package dev.e2ee.custody.pkcs11;

import static dev.e2ee.custody.pkcs11.RawToken.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.key.Capability;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a token can do is found by trying it. */
class TrialTest {
  private static final Map<KeyKind, Capability> CAPABILITIES =
      Map.of(
          KeyKind.UMK, Capability.DEK_WRAP,
          KeyKind.AGREEMENT_P256, Capability.ECDH_P256,
          KeyKind.SIGNING_P256, Capability.SIGN_P256);

  @ParameterizedTest
  @EnumSource
  void aTokenHoldsWhatItWasSeenToHoldAndRefusesTheRest(RealToken kind) throws Exception {
    // [token-11] [token-23]
    assertEquals(Set.of(KeyKind.values()), CAPABILITIES.keySet());
    try (Pkcs11Custody custody = Opened.unlocked(kind.make().uri())) {
      CAPABILITIES.forEach(
          (key, capability) -> {
            assertEquals(kind.holds(key), custody.capabilities().contains(capability), key::name);
            if (!kind.holds(key)) {
              CustodyException refused =
                  assertThrows(CustodyException.class, () -> custody.generate("none", key));
              assertEquals(Kind.UNSUPPORTED, refused.kind(), refused.getMessage());
            }
          });
      assertEquals(List.of(), custody.list(), "a trial leaves nothing behind");
    }
  }

  /** A TPM has no keys that end with a session. */
  @Test
  void whatATrialThatWasCutOffLeftIsSweptAway() throws Exception {
    // [token-23]
    RealToken.Made token = RealToken.TPM2.make();
    long now = Instant.now().getEpochSecond();
    KeyId abandoned;
    KeyId atWork;
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      abandoned = custody.generate("one", KeyKind.SIGNING_P256).id();
      atWork = custody.generate("two", KeyKind.SIGNING_P256).id();
      relabel(token, abandoned, "e2ee:1:e2ee-trial:1:pending:ecdsa:" + (now - 601) + ":");
      relabel(token, atWork, "e2ee:1:e2ee-trial:1:pending:ecdsa:" + (now - 100) + ":");
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      assertEquals(2, custody.list().size());
      custody.capabilities();
    }
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      assertEquals(List.of(atWork), custody.list().stream().map(KeyDescription::id).toList());
      try (RawToken raw = new RawToken(token)) {
        assertEquals(0, raw.find(attribute(RawToken.ID, abandoned.toBytes())).length);
      }
    }
  }

  private static void relabel(RealToken.Made token, KeyId id, String label) throws Exception {
    try (RawToken raw = new RawToken(token)) {
      for (long half : raw.find(attribute(RawToken.ID, id.toBytes()))) {
        raw.write(half, attribute(RawToken.LABEL, label));
      }
    }
  }
}
