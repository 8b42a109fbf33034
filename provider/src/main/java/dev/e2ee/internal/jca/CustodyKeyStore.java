package dev.e2ee.internal.jca;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.key.CustodyStoreParameter;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyKind;
import dev.e2ee.spi.key.KeyState;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.security.InvalidKeyException;
import java.security.Key;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.KeyStoreSpi;
import java.security.UnrecoverableKeyException;
import java.security.cert.Certificate;
import java.util.Arrays;
import java.util.Collections;
import java.util.Date;
import java.util.Enumeration;
import java.util.List;
import java.util.Optional;
import javax.crypto.SecretKey;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.PasswordCallback;
import javax.security.auth.callback.UnsupportedCallbackException;
import org.jspecify.annotations.Nullable;

/**
 * {@code KeyStore} {@code E2EE-Custody}: any custody as a key store. Its keys are opaque, but for
 * the bytes that a caller brings in. An alias is a key's name, for the generation in use; {@code
 * name#2} is generation 2.
 *
 * <p>What is loaded from a stream, and stored to one, is a text of two lines: {@value #HEAD}, and
 * the custody's URI. The keys stay where they are.
 */
public final class CustodyKeyStore extends KeyStoreSpi {
  private static final String HEAD = "E2EE-Custody 1";
  private static final int MOST = HEAD.length() + CustodyUri.MAX_LENGTH + 4;

  /** A custody that was opened, and its address. */
  private record Opened(CustodyUri uri, KeyCustody custody) {}

  private @Nullable Opened opened;

  /** For the service table. */
  public CustodyKeyStore() {}

  private KeyCustody custody() {
    if (opened == null) {
      throw new IllegalStateException("the key store was not loaded");
    }
    return opened.custody;
  }

  @Override
  public void engineLoad(KeyStore.@Nullable LoadStoreParameter parameter) throws IOException {
    if (!(parameter instanceof CustodyStoreParameter given)) {
      throw new IllegalArgumentException(
          "E2EE-Custody is loaded with a CustodyStoreParameter, which has the custody's URI");
    }
    open(given.uri(), given.options());
  }

  @Override
  public void engineLoad(@Nullable InputStream stream, char @Nullable [] password)
      throws IOException {
    if (stream == null) {
      throw new IOException(
          "E2EE-Custody needs to know which custody: a file with the lines '"
              + HEAD
              + "' and the custody's URI, or a CustodyStoreParameter");
    }
    CustodyUri uri = uri(stream);
    if (password == null) {
      open(uri, CustodyOptions.defaults());
      return;
    }
    char[] copy = password.clone();
    try {
      open(uri, answering(copy));
    } finally {
      Arrays.fill(copy, '\0');
    }
  }

  private static CustodyOptions answering(char[] password) {
    return CustodyOptions.defaults().withCallbackHandler(callbacks -> answer(callbacks, password));
  }

  /** Storing changes no password: whoever gives another one is told, and not left to believe it. */
  private static void requireItsPassword(CustodyUri uri, char[] password) throws IOException {
    try (KeyCustody again = installed().open(uri, answering(password))) {
      again.unlock();
    } catch (CustodyException e) {
      throw e.kind() == Kind.AUTH_FAILED
          ? new IOException(
              "this is not the custody's password, and storing does not change that; use its own"
                  + " tool, such as: e2ee passwd",
              e)
          : new IOException(e.getMessage(), e);
    }
  }

  private static void answer(Callback[] callbacks, char[] password)
      throws UnsupportedCallbackException {
    for (Callback callback : callbacks) {
      if (!(callback instanceof PasswordCallback question)) {
        throw new UnsupportedCallbackException(callback);
      }
      question.setPassword(password);
    }
  }

  private static CustodyUri uri(InputStream stream) throws IOException {
    byte[] bytes = stream.readNBytes(MOST + 1);
    String[] lines = new String(bytes, UTF_8).split("\\R", -1);
    boolean ends = lines.length == 2 || (lines.length == 3 && lines[2].isEmpty());
    if (bytes.length > MOST || !ends || !lines[0].equals(HEAD)) {
      throw new IOException(
          "this is no E2EE-Custody: it must be the lines '" + HEAD + "' and the custody's URI");
    }
    try {
      return CustodyUri.parse(lines[1]);
    } catch (IllegalArgumentException e) {
      throw new IOException("the custody's URI is wrong: " + e.getMessage(), e);
    }
  }

  /** The one before stays open until this one is, and is closed then. */
  private void open(CustodyUri uri, CustodyOptions options) throws IOException {
    KeyCustody custody;
    try {
      custody = installed().open(uri, options);
    } catch (CustodyException e) {
      throw new IOException(e.getMessage(), e);
    }
    boolean done = false;
    try {
      unlock(custody, options);
      done = true;
    } finally {
      if (!done) {
        custody.close();
      }
    }
    if (opened != null) {
      opened.custody.close();
    }
    opened = new Opened(uri, custody);
  }

  /**
   * Where there is nobody to answer, what needs no answer is unlocked, and the rest stays locked.
   */
  private static void unlock(KeyCustody custody, CustodyOptions options) throws IOException {
    try {
      custody.unlock();
    } catch (CustodyException e) {
      if (e.kind() == Kind.LOCKED && options.callbackHandler().isEmpty()) {
        return;
      }
      throw e.kind() == Kind.AUTH_FAILED ? wrongPassword(e) : new IOException(e.getMessage(), e);
    }
  }

  /** As {@link KeyStore#load} promises it. */
  private static IOException wrongPassword(CustodyException e) {
    UnrecoverableKeyException wrong = new UnrecoverableKeyException(e.getMessage());
    wrong.initCause(e);
    return new IOException("the password or PIN is wrong", wrong);
  }

  /** A tool such as keytool loads a provider, and what lies beside it, with a loader of its own. */
  private static Custodies installed() {
    Custodies seen = Custodies.installed();
    if (!seen.providers().isEmpty()) {
      return seen;
    }
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(CustodyKeyStore.class.getClassLoader());
    try {
      return Custodies.installed();
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static String alias(KeyDescription key) {
    return key.state() == KeyState.PRIMARY ? key.name() : key.name() + "#" + key.generation();
  }

  /** The UMKs: keys of devices have no place in a key store without certificates. */
  private List<KeyDescription> keys() {
    return custody().list().stream()
        .filter(key -> key.kind() == KeyKind.UMK && key.state() != KeyState.PENDING)
        .toList();
  }

  private Optional<KeyDescription> entry(String alias) {
    return keys().stream().filter(key -> alias(key).equals(alias)).findFirst();
  }

  /** Keys here need no password: without one the entry is given all the same. */
  @Override
  public KeyStore.@Nullable Entry engineGetEntry(
      String alias, KeyStore.@Nullable ProtectionParameter protection)
      throws UnrecoverableKeyException {
    return engineGetKey(alias, null) instanceof SecretKey key
        ? new KeyStore.SecretKeyEntry(key)
        : null;
  }

  @Override
  public @Nullable Key engineGetKey(String alias, char @Nullable [] password)
      throws UnrecoverableKeyException {
    Optional<KeyDescription> entry = entry(alias);
    if (entry.isEmpty()) {
      return null;
    }
    try {
      return custody().find(entry.get().id());
    } catch (CustodyException e) {
      if (e.kind() != Kind.AUTH_FAILED) {
        throw e;
      }
      UnrecoverableKeyException wrong = new UnrecoverableKeyException(e.getMessage());
      wrong.initCause(e);
      throw wrong;
    }
  }

  @Override
  public Enumeration<String> engineAliases() {
    return Collections.enumeration(keys().stream().map(CustodyKeyStore::alias).toList());
  }

  @Override
  public boolean engineContainsAlias(String alias) {
    return entry(alias).isPresent();
  }

  @Override
  public boolean engineIsKeyEntry(String alias) {
    return engineContainsAlias(alias);
  }

  @Override
  public int engineSize() {
    return keys().size();
  }

  @Override
  public @Nullable Date engineGetCreationDate(String alias) {
    return entry(alias).map(key -> Date.from(key.created())).orElse(null);
  }

  @Override
  public void engineSetKeyEntry(
      String alias, Key key, char @Nullable [] password, Certificate @Nullable [] chain)
      throws KeyStoreException {
    if (chain != null && chain.length > 0) {
      throw new KeyStoreException("E2EE-Custody holds user master keys, without certificates");
    }
    if (custody().list().stream().anyMatch(known -> known.name().equals(alias))) {
      throw new KeyStoreException("there is a key '" + alias + "' already; nothing is replaced");
    }
    try (UserMasterKey umk = MasterKey.copyOf(key);
        SecretBytes secret = SecretBytes.adopt(umk.getEncoded())) {
      if (umk.id().isPresent()) {
        custody().importKey(alias, umk.generation(), umk.id().get(), secret);
      } else {
        custody().importKey(alias, secret);
      }
    } catch (InvalidKeyException | CustodyException e) {
      throw new KeyStoreException(e.getMessage(), e);
    }
  }

  @Override
  public void engineSetKeyEntry(String alias, byte[] key, Certificate @Nullable [] chain)
      throws KeyStoreException {
    throw new KeyStoreException("E2EE-Custody takes keys, not bytes that somebody has protected");
  }

  @Override
  public void engineDeleteEntry(String alias) throws KeyStoreException {
    throw new KeyStoreException(
        "a key that is deleted takes what it has sealed with it: retire it, with KeyCustody.retire or"
            + " 'e2ee key retire'");
  }

  @Override
  public void engineStore(@Nullable OutputStream stream, char @Nullable [] password)
      throws IOException {
    if (opened == null) {
      throw new IllegalStateException("the key store was not loaded");
    }
    if (password != null) {
      requireItsPassword(opened.uri, password);
    }
    if (stream != null) {
      stream.write((HEAD + "\n" + opened.uri.canonical() + "\n").getBytes(UTF_8));
    }
  }

  @Override
  public void engineSetCertificateEntry(String alias, Certificate certificate)
      throws KeyStoreException {
    throw new KeyStoreException("E2EE-Custody holds no certificates");
  }

  @Override
  public boolean engineIsCertificateEntry(String alias) {
    return false;
  }

  @Override
  public @Nullable Certificate engineGetCertificate(String alias) {
    return null;
  }

  @Override
  public Certificate @Nullable [] engineGetCertificateChain(String alias) {
    return null;
  }

  @Override
  public @Nullable String engineGetCertificateAlias(Certificate certificate) {
    return null;
  }
}
