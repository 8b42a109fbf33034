package dev.e2ee.testvectors;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.argon2.Argon2Cost;
import dev.e2ee.custody.file.KeyFile;
import dev.e2ee.custody.file.NewSlot;
import dev.e2ee.custody.file.Passphrase;
import dev.e2ee.key.CustodyStoreParameter;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyKind;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.UnrecoverableKeyException;
import java.util.Collections;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code KeyStore} {@code E2EE-Custody} over a real key file, in this JVM and in keytool. */
@SuppressWarnings("NullAway.Init") // JUnit sets the directory
@Tag("once")
class CustodyKeyStoreTest {
  private static final char[] PASSPHRASE = "correct horse".toCharArray();
  private static final Argon2Cost FLOOR = new Argon2Cost(19456, 2, 1);

  @TempDir Path directory;

  private CustodyUri uri;

  @BeforeEach
  void makeKeys() {
    Path file = directory.resolve("keys.e2ee");
    uri = CustodyUri.ofFile(file);
    try (SecretBytes passphrase = Passphrase.of(PASSPHRASE);
        KeyFile keys =
            KeyFile.create(
                file, NewSlot.passphrase(passphrase, FLOOR), CustodyOptions.defaults())) {
      keys.generate("notes", KeyKind.UMK);
      keys.rotate("notes");
      keys.generate("files", KeyKind.UMK);
    }
  }

  private byte[] config() {
    return ("E2EE-Custody 1\n" + uri.canonical() + "\n").getBytes(UTF_8);
  }

  private static KeyStore store() throws Exception {
    return KeyStore.getInstance("E2EE-Custody", new E2eeProvider());
  }

  private KeyStore loaded(char[] password) throws Exception {
    KeyStore store = store();
    store.load(new ByteArrayInputStream(config()), password);
    return store;
  }

  @Test
  void showsKeysAndGivesOpaqueOnes() throws Exception {
    KeyStore store = loaded(PASSPHRASE);
    assertEquals(
        List.of("files", "notes", "notes#1"),
        Collections.list(store.aliases()).stream().sorted().toList());
    assertEquals(3, store.size());
    assertTrue(store.containsAlias("notes"));
    assertTrue(store.isKeyEntry("notes#1"));
    assertFalse(store.isCertificateEntry("notes"));
    assertFalse(store.containsAlias("other"));
    assertNull(store.getKey("other", null));
    assertTrue(store.entryInstanceOf("notes", KeyStore.SecretKeyEntry.class));
    assertTrue(store.getCreationDate("notes").toInstant().isAfter(java.time.Instant.EPOCH));
    Key key = store.getKey("notes", null);
    assertInstanceOf(CustodyKey.class, key);
    assertNull(key.getEncoded());
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(Cipher.ENCRYPT_MODE, key);
    byte[] sealed = cipher.doFinal(new byte[] {7});
    cipher.init(Cipher.DECRYPT_MODE, store.getKey("notes", null));
    assertArrayEquals(new byte[] {7}, cipher.doFinal(sealed));
    assertEquals(1, ((CustodyKey) store.getKey("notes#1", null)).description().generation());
  }

  @Test
  void aWrongPassphraseIsToldAsTheKeyStoreClassPromises() {
    IOException wrong = assertThrows(IOException.class, () -> loaded("wrong".toCharArray()));
    assertInstanceOf(UnrecoverableKeyException.class, wrong.getCause());
    IOException missing =
        assertThrows(
            IOException.class,
            () -> {
              Files.delete(directory.resolve("keys.e2ee"));
              loaded(PASSPHRASE);
            });
    assertEquals(Kind.MISSING, ((CustodyException) missing.getCause()).kind());
  }

  @Test
  void lockedIsToldApart() throws Exception {
    KeyStore store = loaded(null);
    assertEquals(3, store.size());
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    CustodyException locked =
        assertThrows(
            CustodyException.class,
            () -> {
              cipher.init(Cipher.ENCRYPT_MODE, store.getKey("notes", null));
              cipher.doFinal(new byte[1]);
            });
    assertEquals(Kind.LOCKED, locked.kind());
  }

  /**
   * A slot key beside the file answers where nobody else does; what is loaded anew is the new one.
   */
  @Test
  void aRawStoreNeedsNoPassword() throws Exception {
    Path raw = directory.resolve("raw.e2ee");
    try (KeyFile keys = KeyFile.create(raw, NewSlot.raw(), CustodyOptions.defaults())) {
      keys.generate("raw", KeyKind.UMK);
    }
    KeyStore store = loaded(PASSPHRASE);
    Key before = store.getKey("notes", null);
    store.load(CustodyStoreParameter.of(CustodyUri.ofFile(raw), CustodyOptions.defaults()));
    Cipher cipher = Cipher.getInstance("E2EE-Envelope", new E2eeProvider());
    cipher.init(Cipher.ENCRYPT_MODE, store.getKey("raw", null));
    assertTrue(cipher.doFinal(new byte[1]).length > 0);
    assertEquals(
        Kind.CLOSED,
        assertThrows(
                CustodyException.class,
                () -> {
                  cipher.init(Cipher.ENCRYPT_MODE, before);
                  cipher.doFinal(new byte[1]);
                })
            .kind());
    assertThrows(
        IOException.class,
        () -> store.load(new ByteArrayInputStream(config()), "wrong".toCharArray()));
    assertTrue(store.containsAlias("raw"), "what was loaded before is still there");
  }

  @Test
  void takesAParameter() throws Exception {
    KeyStore store = store();
    CustodyOptions options =
        CustodyOptions.defaults()
            .withCallbackHandler(
                callbacks ->
                    ((javax.security.auth.callback.PasswordCallback) callbacks[0])
                        .setPassword(PASSPHRASE));
    store.load(CustodyStoreParameter.of(uri, options));
    assertTrue(store.containsAlias("files"));
    assertThrows(IllegalArgumentException.class, () -> store().load(null));
    assertThrows(IOException.class, () -> store().load(null, PASSPHRASE));
  }

  @Test
  void bringsKeysInAndLosesNone() throws Exception {
    KeyStore store = loaded(PASSPHRASE);
    byte[] raw = new byte[32];
    raw[0] = 1;
    store.setKeyEntry("mine", new SecretKeySpec(raw, "AES"), null, null);
    assertTrue(store.containsAlias("mine"));
    raw[0] = 2;
    KeyId id = KeyId.of(new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16});
    store.setKeyEntry("moved", UserMasterKey.of(raw, id, 4), null, null);
    assertEquals(id, ((CustodyKey) store.getKey("moved", null)).id());
    assertInstanceOf(KeyStore.SecretKeyEntry.class, store.getEntry("mine", null));
    KeyId other = KeyId.of(new byte[KeyId.LENGTH]);
    UserMasterKey older = UserMasterKey.of(new byte[32], other, 3);
    assertThrows(KeyStoreException.class, () -> store.setKeyEntry("moved", older, null, null));
    for (String taken : List.of("mine", "notes")) {
      assertThrows(
          KeyStoreException.class,
          () -> store.setKeyEntry(taken, new SecretKeySpec(new byte[32], "AES"), null, null));
    }
    assertThrows(
        KeyStoreException.class,
        () -> store.setKeyEntry("x", new SecretKeySpec(new byte[16], "AES"), null, null));
    assertThrows(KeyStoreException.class, () -> store.deleteEntry("mine"));
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    store.store(out, PASSPHRASE);
    assertArrayEquals(config(), out.toByteArray());
    IOException unchanged =
        assertThrows(IOException.class, () -> store.store(out, "another one".toCharArray()));
    assertTrue(unchanged.getMessage().contains("e2ee passwd"), unchanged::toString);
    assertArrayEquals(config(), out.toByteArray(), "nothing was written");
    assertTrue(loaded(PASSPHRASE).containsAlias("moved"));
  }

  @Test
  void otherStreamsAreRefused() {
    for (String text :
        List.of(
            "",
            "E2EE-Custody 2\n" + uri.canonical(),
            "E2EE-Custody 1",
            "E2EE-Custody 1\nhttp://x",
            "E2EE-Custody 1\n" + uri.canonical() + "\nmore",
            "x".repeat(10_000))) {
      assertThrows(
          IOException.class,
          () -> store().load(new ByteArrayInputStream(text.getBytes(UTF_8)), PASSPHRASE));
    }
  }

  @Test
  void keytoolListsAndGenerates() throws Exception {
    Path config = Files.write(directory.resolve("ann.custody"), config());
    String[] common = {
      "-storetype",
      "E2EE-Custody",
      "-keystore",
      config.toString(),
      "-storepass",
      new String(PASSPHRASE),
      "-providerpath",
      RealJars.path(),
      "-providerclass",
      "dev.e2ee.provider.E2eeProvider"
    };
    RealJars jars = new RealJars(directory);
    String listed = jars.run(0, "keytool", joined(new String[] {"-list"}, common));
    assertTrue(listed.contains("notes#1, "), listed);
    assertTrue(listed.contains("SecretKeyEntry"), listed);
    jars.run(
        0,
        "keytool",
        joined(
            new String[] {"-genseckey", "-alias", "made", "-keyalg", "E2EE-UMK", "-keysize", "256"},
            common));
    assertTrue(loaded(PASSPHRASE).containsAlias("made"));
    assertArrayEquals(config(), Files.readAllBytes(config));
    common[5] = "wrong";
    String wrong = jars.run(1, "keytool", joined(new String[] {"-list"}, common));
    assertTrue(wrong.contains("password or PIN is wrong"), wrong);
  }

  private static String[] joined(String[] first, String[] second) {
    String[] all = java.util.Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }
}
