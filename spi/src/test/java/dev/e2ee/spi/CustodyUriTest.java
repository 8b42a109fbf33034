package dev.e2ee.spi;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CustodyUriTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "file:/keys file:/keys",
        "file:///keys file:/keys",
        "file:keys file:keys",
        "file:../a/keys file:../a/keys",
        "file:/a%20b file:/a%20b",
        "file:/%7ea/%6Bey file:/~a/key",
        "file:/%c3%a4 file:/%C3%A4",
        "file:/a:b@c!$&'()*+,;= file:/a%3Ab%40c%21%24%26%27%28%29%2A%2B%2C%3B%3D",
        "file:/k?slot-key=/s&passphrase-source=callback:"
            + " file:/k?passphrase-source=callback:&slot-key=/s",
        "keychain:account=b;service=a keychain:service=a;account=b",
        "keychain:service=a;account=b?backend=macos keychain:service=a;account=b?backend=macos",
        "pkcs11: pkcs11:",
        "pkcs11:id=%01A;token=t pkcs11:token=t;id=%01%41",
        "pkcs11:object=a?pin-source=file:/p&module-path=/m"
            + " pkcs11:object=a?module-path=/m&pin-source=file:/p",
        "pkcs11:?pin-source=env:P&binding=sun&module-name=m"
            + " pkcs11:?module-name=m&binding=sun&pin-source=env:P",
      })
  void hasOneCanonicalForm(String text, String canonical) {
    CustodyUri uri = CustodyUri.parse(text);
    assertEquals(canonical, uri.canonical());
    assertEquals(uri, CustodyUri.parse(canonical));
    assertEquals(uri.hashCode(), CustodyUri.parse(canonical).hashCode());
    assertEquals(canonical, CustodyUri.parse(canonical).canonical());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "keys",
        "/keys",
        "FILE:/keys",
        "File:/keys",
        "http://host/keys",
        "file:",
        "file://",
        "file://host/keys",
        "file:////keys",
        "file:/%2Fkeys",
        "file:/keys#part",
        "file:/keys?",
        "file:/keys?slot-key",
        "file:/keys?slot-key=",
        "file:/keys?slot-key=/a&slot-key=/b",
        "file:/keys?slot-key=/a&",
        "file:/keys?other=1",
        "file:/keys?pin-source=env:PIN",
        "file:/keys?passphrase=secret",
        "file:/keys?passphrase-source=secret",
        "file:/keys?passphrase-source=callback:anything",
        "pkcs11:token=a?pin-source=callback:/bin/pin",
        "file:/keys?passphrase-source=FILE:/a",
        "file:/keys?passphrase-source=|cat /a",
        "file:/keys?passphrase-source=|cat",
        "file:/keys?passphrase-source=%7Ccat",
        "file:/a b",
        "file:/a\\b",
        "file:/ä",
        "file:/%",
        "file:/%4",
        "file:/%4g",
        "file:/%-1",
        "file:/%+1",
        "file:/%\uff11\uff11",
        "file:/%ff",
        "file:/%c0%af",
        "file:/%ed%a0%80",
        "file:/a%00b",
        "file:/a\nb",
        "keychain:service",
        "keychain:service=",
        "keychain:service=a;service=b",
        "keychain:service=a;",
        "keychain:object=a",
        "keychain:service=a?pin-source=env:X",
        "pkcs11:token=a;pin-value=1234",
        "pkcs11:token=a?pin-value=1234",
        "pkcs11:token=a?pin-source=|/bin/pin",
        "pkcs11:token=a?pin-source=1234",
        "pkcs11:x-vendor=a",
        "pkcs11:binding=sun",
        "keychain:service=a?binding=sun",
        "pkcs11:token=%ff",
        "vault:name=a?pin-value=1234",
        "vault:name=a?token-source=1234",
        "vault:name=a?token-source=callback:1234",
        "vault:name=a;name=b",
        "vault:Name=a",
        "vault:name",
        "vault://host/name",
        "v:name=a",
        "Vault:name=a",
        "vault-that-has-a-name-of-33-chars-:name=a",
        "pkcs11:token=a?1234=secret",
        "pkcs11:token=a?1234",
        "pkcs11:token=a&pin-value=1234",
        "pkcs11:token=a?module-name=m;pin-value=1234",
        "pkcs11:token=a?pin-source=env:",
        "file:/keys?passphrase-source=file:",
      })
  void refuses(String text) {
    IllegalArgumentException error =
        assertThrows(IllegalArgumentException.class, () -> CustodyUri.parse(text));
    String message = String.valueOf(error.getMessage());
    assertFalse(message.contains("1234") || message.contains("secret"), message);
  }

  @Test
  void saysWhatToUseInsteadOfASecretOrACommand() {
    for (String text : new String[] {"pkcs11:?pin-value=1234", "pkcs11:pin-value=1234"}) {
      var error = assertThrows(IllegalArgumentException.class, () -> CustodyUri.parse(text));
      assertTrue(error.getMessage().contains("pin-source="), error.getMessage());
    }
    var error =
        assertThrows(
            IllegalArgumentException.class, () -> CustodyUri.parse("pkcs11:?pin-source=|/bin/pin"));
    assertTrue(error.getMessage().contains("never run"), error.getMessage());
  }

  /** The scheme of a back end of somebody else. */
  @Test
  void takesOtherSchemesAsStrictly() {
    CustodyUri uri = CustodyUri.parse("vault:zone=eu;name=a%20b?token-source=env:TOKEN&also=x%26y");
    assertEquals("vault", uri.scheme());
    assertEquals(Optional.of("a b"), uri.attribute("name"));
    assertEquals(Optional.of("x&y"), uri.query("also"));
    assertEquals("vault:name=a%20b;zone=eu", uri.location());
    assertEquals("vault:name=a%20b;zone=eu?also=x%26y&token-source=env:TOKEN", uri.canonical());
    assertEquals(uri, CustodyUri.parse(uri.canonical()));
    assertTrue(uri.namesSecret());
    assertFalse(CustodyUri.parse("vault:name=a?token-source=callback:").namesSecret());
    assertEquals("vault:name=b;zone=eu", uri.withAttribute("name", "b").location());
    assertFalse(uri.toString().contains("TOKEN"), uri.toString());
  }

  @ParameterizedTest
  @CsvSource({
    "pkcs11:token=a?modul-path=/m, the attribute modul-path is not known",
    "pkcs11:token=a;module-path=/m, module-path belongs on the other side",
    "pkcs11:?serial=1, serial belongs on the other side",
    "pkcs11:token=a?p1n=secret, an attribute is not known",
    "pkcs11:token=a?secret, an attribute is not known",
    "pkcs11:token=a&object=secret, object stands behind a &",
    "pkcs11:token=a&module-path=/m, module-path stands behind a &",
    "pkcs11:token=a?module-path=/m;pin-source=env:secret, pin-source stands behind a ;",
    "file:/k?passphrase-source=file:/secret;slot-key=/s, slot-key stands behind a ;",
    "pkcs11:token=a&pin=secret, an attribute stands behind a &",
    "pkcs11:token=a&PIN-VALUE=secret, an attribute stands behind a &",
    "pkcs11:token=a?module-path=/m;pin=secret, an attribute stands behind a ;",
    "file:/k;passphrase=secret, an attribute stands behind a ;",
    "file:/k&passphrase=secret, an attribute stands behind a &",
    "'pkcs11:token=a,pin-value=secret', pin-value stands behind a",
    "pkcs11:token=a b, 'the token has '' '', which must be percent-encoded: %20'",
    "pkcs11:token=a?pin-source=file:/secret<, the pin-source has a character that must",
  })
  void namesTheAttributeThatIsWrong(String text, String says) {
    var error = assertThrows(IllegalArgumentException.class, () -> CustodyUri.parse(text));
    assertTrue(error.getMessage().contains(says), error.getMessage());
    assertFalse(error.getMessage().contains("secret"), error.getMessage());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pkcs11:token=a&b",
        "pkcs11:token=a,b=c",
        "pkcs11:token=a%26object=b",
        "pkcs11:?module-path=/m;n",
        "pkcs11:?module-path=/m%3Bpin-source%3Denv:P",
        "vault:name=a&zone=b?path=/m;zone",
        "file:/k&slot-key=/s",
      })
  void aSeparatorOfTheOtherSideIsAPartOfAValueWhereNoAttributeFollows(String text) {
    CustodyUri uri = CustodyUri.parse(text);
    assertEquals(uri, CustodyUri.parse(uri.canonical()));
  }

  @Test
  void isBounded() {
    String longest = "file:/" + "x".repeat(CustodyUri.MAX_LENGTH - 6);
    assertEquals(longest, CustodyUri.parse(longest).canonical());
    assertThrows(IllegalArgumentException.class, () -> CustodyUri.parse(longest + "x"));
  }

  @Test
  void showsItsPartsDecoded() {
    CustodyUri uri =
        CustodyUri.parse("pkcs11:id=%00%ff;object=a%20b?pin-source=env:PIN&module-name=p11");
    assertEquals("pkcs11", uri.scheme());
    assertEquals(Optional.of("a b"), uri.attribute("object"));
    assertEquals(Optional.empty(), uri.attribute("token"));
    assertArrayEquals(new byte[] {0, -1}, uri.attributeBytes("id").orElseThrow());
    assertEquals(Optional.of("env:PIN"), uri.query("pin-source"));
    assertEquals(Optional.empty(), uri.query("module-path"));
    assertEquals("/a b", CustodyUri.parse("file:/a%20b").path());
    byte[] id = uri.attributeBytes("id").orElseThrow();
    id[0] = 1;
    assertEquals(0, uri.attributeBytes("id").orElseThrow()[0], "copies go out");
  }

  @Test
  void textForLogsHasNoQueryValues() {
    CustodyUri uri =
        CustodyUri.parse("file:/keys?passphrase-source=file:/run/hidden&slot-key=/hidden2");
    assertEquals("file:/keys", uri.location());
    assertFalse(uri.toString().contains("hidden"), uri.toString());
    assertTrue(uri.toString().contains("slot-key"), uri.toString());
    assertEquals("file:/keys", CustodyUri.parse("file:/keys").toString());
  }

  @Test
  void differsByEveryPart() {
    CustodyUri uri = CustodyUri.parse("file:/keys?slot-key=/a");
    assertNotEquals(uri, CustodyUri.parse("file:/keys?slot-key=/b"));
    assertNotEquals(uri, CustodyUri.parse("file:/keys"));
    assertNotEquals(uri, CustodyUri.parse("file:/Keys?slot-key=/a"));
    assertNotEquals(uri, "file:/keys?slot-key=/a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/a/b", "a", "/a b", "/ä/ö", "/100%", "/a?b#c", "/a;b=c&d", "/a:b\\c"})
  void everyPathHasAUri(String path) {
    CustodyUri uri = CustodyUri.ofFile(Path.of(path));
    assertEquals(path, uri.path());
    assertEquals(uri, CustodyUri.parse(uri.canonical()));
    assertEquals(path, CustodyUri.parse(uri.canonical()).path());
  }

  @ParameterizedTest
  @CsvSource({
    "file:/k, false",
    "file:/k?passphrase-source=callback:, false",
    "file:/k?passphrase-source=file:/p, true",
    "file:/k?slot-key=/s, true",
    "pkcs11:token=t?module-path=/m, false",
    "pkcs11:token=t?pin-source=callback:, false",
    "pkcs11:token=t?pin-source=env:PIN, true",
    "keychain:service=a, false"
  })
  void tellsWhetherItSaysWhereTheSecretIs(String text, boolean named) {
    assertEquals(named, CustodyUri.parse(text).namesSecret());
  }

  @Test
  void tellsByWhichAttribute() {
    assertEquals(
        Optional.of("pin-source"),
        CustodyUri.parse("pkcs11:token=t?module-path=/m&pin-source=env:PIN").secretAttribute());
    assertEquals(
        Optional.of("slot-key"), CustodyUri.parse("file:/k?slot-key=/s").secretAttribute());
  }

  @Test
  void isChangedOneAttributeAtATime() {
    CustodyUri uri =
        CustodyUri.parse("pkcs11:?pin-source=env:PIN")
            .withQuery("module-path", "/m?&.so")
            .withAttribute("serial", "1;2")
            .withAttribute("token", "\u00e4 b");
    assertEquals(
        "pkcs11:token=%C3%A4%20b;serial=1%3B2?module-path=/m%3F%26.so&pin-source=env:PIN",
        uri.canonical());
    assertEquals(uri, CustodyUri.parse(uri.canonical()));
    assertEquals("3", uri.withAttribute("serial", "3").attribute("serial").orElseThrow());
    for (String[] wrong :
        new String[][] {{"nothing", "x"}, {"pin-value", "1234"}, {"pin-source", "|cat"}}) {
      assertThrows(IllegalArgumentException.class, () -> uri.withQuery(wrong[0], wrong[1]));
    }
    assertThrows(IllegalArgumentException.class, () -> uri.withAttribute("token", ""));
    assertThrows(IllegalArgumentException.class, () -> uri.withAttribute("module-path", "/m"));
  }

  @Test
  void anyTextGivesAUriThatRoundTripsOrOneError() {
    long seed = System.nanoTime();
    System.out.println(">> CustodyUriTest: seed " + seed);
    Random random = new Random(seed);
    String alphabet = "/%2fFaä=&;?:.-|#\0\ud83d ";
    String[] starts = {"file:", "keychain:service=", "pkcs11:id=", "file:/k?slot-key="};
    int accepted = 0;
    for (int i = 0; i < 50_000; i++) {
      StringBuilder text = new StringBuilder(starts[i % starts.length]);
      for (int n = random.nextInt(8); n > 0; n--) {
        text.append(alphabet.charAt(random.nextInt(alphabet.length())));
      }
      CustodyUri uri;
      try {
        uri = CustodyUri.parse(text.toString());
      } catch (IllegalArgumentException e) {
        continue;
      }
      accepted++;
      assertEquals(uri, CustodyUri.parse(uri.canonical()), text.toString());
    }
    assertTrue(accepted > 1000, "only " + accepted + " were URIs");
  }
}
