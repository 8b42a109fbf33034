package dev.e2ee.custody.pkcs11.internal.sun;

import static dev.e2ee.custody.pkcs11.internal.sun.SunModule.act;
import static dev.e2ee.custody.pkcs11.internal.sun.SunModule.call;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Ckr;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import sun.security.pkcs11.wrapper.CK_ATTRIBUTE;
import sun.security.pkcs11.wrapper.CK_ECDH1_DERIVE_PARAMS;
import sun.security.pkcs11.wrapper.CK_GCM_PARAMS;
import sun.security.pkcs11.wrapper.CK_MECHANISM;
import sun.security.pkcs11.wrapper.PKCS11;
import sun.security.pkcs11.wrapper.PKCS11Exception;

/** A session through the C functions of the JDK. */
final class SunSession implements CryptokiSession {
  private static final long USER = 1;
  private static final int FOUND_AT_ONCE = 64;
  private static final int GCM_TAG_BITS = 128;
  private static final long KDF_NULL = 1;

  /** Three numbers, a pointer and the length of what it points to. */
  private static final int OAEP_PARAMETERS = 5 * Long.BYTES;

  /** What a ciphertext has more than its plaintext, at most: that of RSA with 8192 bits. */
  private static final int MOST_ADDED = 1024;

  private final PKCS11 functions;
  private final long handle;
  private final NativeBytes memory = new NativeBytes();

  SunSession(PKCS11 functions, long handle) {
    this.functions = functions;
    this.handle = handle;
  }

  @Override
  public long number() {
    return handle;
  }

  @Override
  public void close() throws CryptokiException {
    act("C_CloseSession", () -> functions.C_CloseSession(handle));
  }

  /** The JDK takes each character for a byte. */
  @Override
  public void login(char[] pin) throws CryptokiException {
    ByteBuffer utf8 = StandardCharsets.UTF_8.encode(CharBuffer.wrap(pin));
    char[] bytes = new char[utf8.remaining()];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (char) (utf8.get() & 0xff);
    }
    try {
      act("C_Login", () -> functions.C_Login(handle, USER, bytes));
    } finally {
      Arrays.fill(bytes, '\0');
      utf8.rewind().put(new byte[bytes.length]);
    }
  }

  @Override
  public boolean loggedIn() throws CryptokiException {
    return CryptokiSession.isLoggedIn(
        call("C_GetSessionInfo", () -> functions.C_GetSessionInfo(handle)).state);
  }

  @Override
  public List<Long> find(Template wanted) throws CryptokiException {
    act("C_FindObjectsInit", () -> functions.C_FindObjectsInit(handle, attributes(wanted)));
    return CryptokiSession.all(
        FOUND_AT_ONCE,
        most -> call("C_FindObjects", () -> functions.C_FindObjects(handle, most)),
        () -> act("C_FindObjectsFinal", () -> functions.C_FindObjectsFinal(handle)));
  }

  @Override
  public Template read(long object, Attribute... wanted) throws CryptokiException {
    return Template.shown(names -> values(object, names), wanted);
  }

  private Object[] values(long object, Attribute... names) throws CryptokiException {
    CK_ATTRIBUTE[] read =
        Arrays.stream(names)
            .map(name -> new CK_ATTRIBUTE(name.code()))
            .toArray(CK_ATTRIBUTE[]::new);
    act("C_GetAttributeValue", () -> functions.C_GetAttributeValue(handle, object, read));
    return Arrays.stream(read)
        .map(one -> one.pValue instanceof char[] text ? SunModule.utf8(text) : one.pValue)
        .toArray();
  }

  private static CK_ATTRIBUTE[] attributes(Template template) {
    return template.values().entrySet().stream()
        .map(entry -> new CK_ATTRIBUTE(entry.getKey().code(), nativeValue(entry.getValue())))
        .toArray(CK_ATTRIBUTE[]::new);
  }

  private static Object nativeValue(Object value) {
    return value instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : value;
  }

  @Override
  public void write(long object, Template changed) throws CryptokiException {
    act(
        "C_SetAttributeValue",
        () -> functions.C_SetAttributeValue(handle, object, attributes(changed)));
  }

  @Override
  public void destroy(long object) throws CryptokiException {
    act("C_DestroyObject", () -> functions.C_DestroyObject(handle, object));
  }

  @Override
  public long create(Template object) throws CryptokiException {
    return call("C_CreateObject", () -> functions.C_CreateObject(handle, attributes(object)));
  }

  @Override
  public long generate(Mechanism mechanism, Template key) throws CryptokiException {
    return call(
        "C_GenerateKey",
        () -> functions.C_GenerateKey(handle, ckMechanism(mechanism), attributes(key)));
  }

  @Override
  public Pair generatePair(Mechanism mechanism, Template publicKey, Template privateKey)
      throws CryptokiException {
    long[] made =
        call(
            "C_GenerateKeyPair",
            () ->
                functions.C_GenerateKeyPair(
                    handle, ckMechanism(mechanism), attributes(publicKey), attributes(privateKey)));
    return new Pair(made[0], made[1]);
  }

  @Override
  public byte[] encrypt(Mechanism mechanism, long key, byte[] plaintext) throws CryptokiException {
    begin(
        "C_EncryptInit",
        mechanism,
        made -> functions.C_EncryptInit(handle, made, key),
        (made, standard) -> functions.C_GCMEncryptInitWithRetry(handle, made, key, standard));
    int most = plaintext.length + MOST_ADDED;
    return call(
        "C_Encrypt",
        () ->
            memory.through(
                plaintext,
                most,
                (in, out) ->
                    functions.C_Encrypt(
                        handle, in, null, 0, plaintext.length, out, null, 0, most)));
  }

  @Override
  public byte[] decrypt(Mechanism mechanism, long key, byte[] ciphertext) throws CryptokiException {
    begin(
        "C_DecryptInit",
        mechanism,
        made -> functions.C_DecryptInit(handle, made, key),
        (made, standard) -> functions.C_GCMDecryptInitWithRetry(handle, made, key, standard));
    int most = ciphertext.length;
    return call(
        "C_Decrypt",
        () ->
            memory.through(
                ciphertext,
                most,
                (in, out) ->
                    functions.C_Decrypt(
                        handle, in, null, 0, ciphertext.length, out, null, 0, most)));
  }

  private interface Init {
    void with(CK_MECHANISM mechanism) throws PKCS11Exception;
  }

  private interface GcmInit {
    void with(CK_MECHANISM mechanism, boolean standard) throws PKCS11Exception;
  }

  /**
   * Parameters of GCM have two layouts, because the text of PKCS#11 2.40 and its header differ: a
   * token that refuses the one gets the other.
   */
  private static void begin(String function, Mechanism mechanism, Init init, GcmInit gcmInit)
      throws CryptokiException {
    CK_MECHANISM made = ckMechanism(mechanism);
    if (!(mechanism instanceof Mechanism.Gcm)) {
      act(function, () -> init.with(made));
      return;
    }
    try {
      act(function, () -> gcmInit.with(made, true));
    } catch (CryptokiException e) {
      if (!e.is(Ckr.MECHANISM_PARAM_INVALID) && !e.is(Ckr.ARGUMENTS_BAD)) {
        throw e;
      }
      act(function, () -> gcmInit.with(made, false));
    }
  }

  @Override
  public byte[] sign(Mechanism mechanism, long key, byte[] message) throws CryptokiException {
    act("C_SignInit", () -> functions.C_SignInit(handle, ckMechanism(mechanism), key));
    return call("C_Sign", () -> functions.C_Sign(handle, message));
  }

  @Override
  public byte[] wrapKey(Mechanism mechanism, long wrapping, long key) throws CryptokiException {
    return call(
        "C_WrapKey", () -> functions.C_WrapKey(handle, ckMechanism(mechanism), wrapping, key));
  }

  @Override
  public long unwrapKey(Mechanism mechanism, long unwrapping, byte[] wrapped, Template key)
      throws CryptokiException {
    return call(
        "C_UnwrapKey",
        () ->
            functions.C_UnwrapKey(
                handle, ckMechanism(mechanism), unwrapping, wrapped, attributes(key)));
  }

  @Override
  public long derive(Mechanism mechanism, long key, Template derived) throws CryptokiException {
    return call(
        "C_DeriveKey",
        () -> functions.C_DeriveKey(handle, ckMechanism(mechanism), key, attributes(derived)));
  }

  private static CK_MECHANISM ckMechanism(Mechanism mechanism) {
    if (mechanism instanceof Mechanism.Gcm gcm) {
      return new CK_MECHANISM(gcm.code(), new CK_GCM_PARAMS(GCM_TAG_BITS, gcm.iv(), gcm.aad()));
    }
    if (mechanism instanceof Mechanism.Ecdh ecdh) {
      return new CK_MECHANISM(
          ecdh.code(), new CK_ECDH1_DERIVE_PARAMS(KDF_NULL, null, ecdh.point()));
    }
    if (mechanism instanceof Mechanism.RsaOaep) {
      return new CK_MECHANISM(mechanism.code(), oaepParameters());
    }
    return new CK_MECHANISM(mechanism.code());
  }

  /**
   * CK_RSA_PKCS_OAEP_PARAMS as it lies in memory where a CK_ULONG has 8 bytes: the JDK takes it as
   * bytes only. Without a label it points to nothing.
   */
  private static byte[] oaepParameters() {
    return ByteBuffer.allocate(OAEP_PARAMETERS)
        .order(ByteOrder.nativeOrder())
        .putLong(Mechanism.RsaOaep.HASH)
        .putLong(Mechanism.RsaOaep.MGF)
        .putLong(Mechanism.RsaOaep.SOURCE)
        .array();
  }
}
