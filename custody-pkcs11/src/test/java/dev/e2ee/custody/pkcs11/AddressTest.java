package dev.e2ee.custody.pkcs11;

import static dev.e2ee.custody.pkcs11.RawToken.attribute;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Token;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each attribute of RFC 7512 means of a token and of its keys, on a real SoftHSM. */
@Tag("once")
class AddressTest {
  private RealToken.Made token;
  private KeyId umk;
  private KeyId signing;

  @BeforeEach
  void makeKeys() throws Exception {
    token = RealToken.SOFTHSM.make();
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      umk = custody.generate("records", KeyKind.UMK).id();
      signing = custody.generate("approvals", KeyKind.SIGNING_P256).id();
    }
  }

  private CustodyUri meaning(String attribute, String value) {
    return token.uri().withAttribute(attribute, value);
  }

  private static List<KeyId> keys(CustodyUri uri) {
    try (Pkcs11Custody custody = Opened.unlocked(uri)) {
      return custody.list().stream().map(KeyDescription::id).toList();
    }
  }

  private static void refused(Kind kind, Runnable action) {
    assertEquals(kind, assertThrows(CustodyException.class, action::run).kind());
  }

  private Token shown() {
    AtomicReference<Token> seen = new AtomicReference<>();
    Opened.faulty(
            token.uri(),
            Opened.giving(RealToken.PIN),
            module ->
                module.disguise(
                    real -> {
                      if (real.label().equals(token.label())) {
                        seen.set(real);
                      }
                      return real;
                    }))
        .close();
    return seen.get();
  }

  @Test
  void eachAttributeOfATokenMustBeItsOwn() {
    Token real = shown();
    List<KeyId> both = List.of(signing, umk);
    assertEquals(both, keys(meaning("serial", real.serial())));
    assertEquals(both, keys(meaning("manufacturer", real.manufacturer())));
    assertEquals(both, keys(meaning("model", real.model())));
  }

  @ParameterizedTest
  @ValueSource(strings = {"token", "serial", "manufacturer", "model"})
  void aTokenOfWhichOneIsAnotherIsNotMeant(String attribute) {
    refused(Kind.REMOVED, () -> Opened.unlocked(meaning(attribute, "another")).close());
  }

  @Test
  void twoTokensOfOneLabelAreToldApart() throws Exception {
    RealToken.Made other = RealToken.SOFTHSM.make();
    String twice = token.label();
    CustodyException e =
        assertThrows(
            CustodyException.class,
            () ->
                Opened.faulty(
                        token.uri(),
                        Opened.giving(RealToken.PIN),
                        module ->
                            module.disguise(
                                real ->
                                    real.label().equals(other.label())
                                        ? FaultyModule.relabelled(real, twice)
                                        : real))
                    .close());
    assertEquals(Kind.AMBIGUOUS, e.kind());
  }

  @Test
  void aTypeIsThatOfTheObjectThatHoldsTheSecret() {
    assertEquals(List.of(umk), keys(meaning("type", "secret-key")));
    assertEquals(List.of(signing), keys(meaning("type", "private")));
    try (Pkcs11Custody custody = Opened.unlocked(meaning("type", "private"))) {
      refused(Kind.MISSING, () -> custody.find("records"));
      refused(Kind.MISSING, () -> custody.find(umk));
      refused(Kind.POLICY, () -> custody.rotate("records"));
      refused(Kind.POLICY, () -> custody.generate("more", KeyKind.UMK)); // SoftHSM's are of AES
      custody.generate("agreements", KeyKind.AGREEMENT_P256);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cert", "public", "data", "Private"})
  void aTypeThatNoKeyHasIsRefused(String type) {
    refused(Kind.UNSUPPORTED, () -> Opened.unlocked(meaning("type", type)).close());
  }

  @Test
  void anIdMeansOneGeneration() {
    String path = token.uri().canonical();
    String id = "%" + umk.toString().replaceAll("(..)(?=.)", "$1%");
    CustodyUri one = CustodyUri.parse(path.replace("?", ";id=" + id + "?"));
    CustodyUri none = CustodyUri.parse(path.replace("?", ";id=" + "%00".repeat(16) + "?"));
    assertEquals(List.of(umk), keys(one));
    assertEquals(List.of(), keys(none));
    try (Pkcs11Custody custody = Opened.unlocked(none)) {
      refused(Kind.MISSING, () -> custody.find("records"));
      refused(Kind.MISSING, () -> custody.find(umk));
    }
  }

  @Test
  void ofTwoObjectsWithOneIdNoneIsTaken() throws Exception {
    try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
      custody.list();
      long second;
      try (RawToken raw = new RawToken(token)) {
        second =
            raw.generateSecret(
                attribute(RawToken.TOKEN, true),
                attribute(RawToken.PRIVATE, true),
                attribute(RawToken.VALUE_LEN, 32L),
                attribute(RawToken.ID, umk.toBytes()),
                attribute(RawToken.LABEL, "somebody else's"));
        refused(Kind.AMBIGUOUS, () -> custody.find(umk));
        refused(Kind.AMBIGUOUS, () -> custody.find("records"));
        raw.destroy(second);
      }
      assertEquals(umk, custody.find("records").id());
    }
  }
}
