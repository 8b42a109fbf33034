package dev.e2ee.custody.pkcs11.internal.wrapper;

import static dev.e2ee.custody.pkcs11.internal.wrapper.WrapperModule.act;
import static dev.e2ee.custody.pkcs11.internal.wrapper.WrapperModule.call;

import dev.e2ee.custody.pkcs11.internal.cryptoki.Attribute;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiException;
import dev.e2ee.custody.pkcs11.internal.cryptoki.CryptokiSession;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Mechanism;
import dev.e2ee.custody.pkcs11.internal.cryptoki.Template;
import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.CK_ECDH1_DERIVE_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_GCM_PARAMS;
import iaik.pkcs.pkcs11.wrapper.CK_MECHANISM;
import iaik.pkcs.pkcs11.wrapper.CK_RSA_PKCS_OAEP_PARAMS;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A session through the C functions of ipkcs11wrapper, but for what each wrap does. */
final class WrapperSession implements CryptokiSession {
  private static final long USER = 1;
  private static final int FOUND_AT_ONCE = 64;
  private static final long GCM_TAG_BITS = 128;
  private static final long KDF_NULL = 1;

  private final PKCS11 functions;
  private final Optional<DirectCalls> direct;
  private final long handle;

  WrapperSession(PKCS11 functions, Optional<DirectCalls> direct, long handle) {
    this.functions = functions;
    this.direct = direct;
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

  @Override
  public void login(char[] pin) throws CryptokiException {
    act("C_Login", () -> functions.C_Login(handle, USER, pin, true));
  }

  @Override
  public boolean loggedIn() throws CryptokiException {
    return CryptokiSession.isLoggedIn(
        call("C_GetSessionInfo", () -> functions.C_GetSessionInfo(handle)).state);
  }

  @Override
  public List<Long> find(Template wanted) throws CryptokiException {
    act("C_FindObjectsInit", () -> functions.C_FindObjectsInit(handle, attributes(wanted), true));
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
        Arrays.stream(names).map(WrapperSession::named).toArray(CK_ATTRIBUTE[]::new);
    act("C_GetAttributeValue", () -> functions.C_GetAttributeValue(handle, object, read, true));
    return Arrays.stream(read)
        .map(one -> one.pValue instanceof char[] text ? new String(text) : one.pValue)
        .toArray();
  }

  private static CK_ATTRIBUTE named(Attribute name) {
    CK_ATTRIBUTE attribute = new CK_ATTRIBUTE();
    attribute.type = name.code();
    return attribute;
  }

  private static CK_ATTRIBUTE[] attributes(Template template) {
    List<CK_ATTRIBUTE> all = new ArrayList<>();
    for (Map.Entry<Attribute, Object> entry : template.values().entrySet()) {
      CK_ATTRIBUTE attribute = named(entry.getKey());
      attribute.pValue =
          entry.getValue() instanceof String text ? text.toCharArray() : entry.getValue();
      all.add(attribute);
    }
    return all.toArray(new CK_ATTRIBUTE[0]);
  }

  @Override
  public void write(long object, Template changed) throws CryptokiException {
    act(
        "C_SetAttributeValue",
        () -> functions.C_SetAttributeValue(handle, object, attributes(changed), true));
  }

  @Override
  public void destroy(long object) throws CryptokiException {
    act("C_DestroyObject", () -> functions.C_DestroyObject(handle, object));
  }

  @Override
  public long create(Template object) throws CryptokiException {
    return call("C_CreateObject", () -> functions.C_CreateObject(handle, attributes(object), true));
  }

  @Override
  public long generate(Mechanism mechanism, Template key) throws CryptokiException {
    return call(
        "C_GenerateKey",
        () -> functions.C_GenerateKey(handle, ckMechanism(mechanism), attributes(key), true));
  }

  @Override
  public Pair generatePair(Mechanism mechanism, Template publicKey, Template privateKey)
      throws CryptokiException {
    long[] handles =
        call(
            "C_GenerateKeyPair",
            () ->
                functions.C_GenerateKeyPair(
                    handle,
                    ckMechanism(mechanism),
                    attributes(publicKey),
                    attributes(privateKey),
                    true));
    return new Pair(handles[0], handles[1]);
  }

  @Override
  public byte[] encrypt(Mechanism mechanism, long key, byte[] plaintext) throws CryptokiException {
    if (direct.isPresent() && DirectCalls.takes(mechanism)) {
      return direct.get().run(DirectCalls.Operation.ENCRYPT, mechanism, key, plaintext);
    }
    act("C_EncryptInit", () -> functions.C_EncryptInit(handle, ckMechanism(mechanism), key, true));
    return call("C_Encrypt", () -> functions.C_Encrypt(handle, plaintext));
  }

  @Override
  public byte[] decrypt(Mechanism mechanism, long key, byte[] ciphertext) throws CryptokiException {
    if (direct.isPresent() && DirectCalls.takes(mechanism)) {
      return direct.get().run(DirectCalls.Operation.DECRYPT, mechanism, key, ciphertext);
    }
    act("C_DecryptInit", () -> functions.C_DecryptInit(handle, ckMechanism(mechanism), key, true));
    return call("C_Decrypt", () -> functions.C_Decrypt(handle, ciphertext));
  }

  @Override
  public byte[] sign(Mechanism mechanism, long key, byte[] message) throws CryptokiException {
    if (direct.isPresent() && DirectCalls.takes(mechanism)) {
      return direct.get().run(DirectCalls.Operation.SIGN, mechanism, key, message);
    }
    act("C_SignInit", () -> functions.C_SignInit(handle, ckMechanism(mechanism), key, true));
    return call("C_Sign", () -> functions.C_Sign(handle, message));
  }

  @Override
  public byte[] wrapKey(Mechanism mechanism, long wrapping, long key) throws CryptokiException {
    return call(
        "C_WrapKey",
        () -> functions.C_WrapKey(handle, ckMechanism(mechanism), wrapping, key, true));
  }

  @Override
  public long unwrapKey(Mechanism mechanism, long unwrapping, byte[] wrapped, Template key)
      throws CryptokiException {
    return call(
        "C_UnwrapKey",
        () ->
            functions.C_UnwrapKey(
                handle, ckMechanism(mechanism), unwrapping, wrapped, attributes(key), true));
  }

  @Override
  public long derive(Mechanism mechanism, long key, Template derived) throws CryptokiException {
    return call(
        "C_DeriveKey",
        () ->
            functions.C_DeriveKey(handle, ckMechanism(mechanism), key, attributes(derived), true));
  }

  private static CK_MECHANISM ckMechanism(Mechanism mechanism) {
    CK_MECHANISM made = new CK_MECHANISM();
    made.mechanism = mechanism.code();
    if (mechanism instanceof Mechanism.Gcm gcm) {
      CK_GCM_PARAMS parameters = new CK_GCM_PARAMS();
      parameters.pIv = gcm.iv();
      parameters.pAAD = gcm.aad();
      parameters.ulTagBits = GCM_TAG_BITS;
      made.pParameter = parameters;
    } else if (mechanism instanceof Mechanism.Ecdh ecdh) {
      CK_ECDH1_DERIVE_PARAMS parameters = new CK_ECDH1_DERIVE_PARAMS();
      parameters.kdf = KDF_NULL;
      parameters.pPublicData = ecdh.point();
      made.pParameter = parameters;
    } else if (mechanism instanceof Mechanism.RsaOaep) {
      CK_RSA_PKCS_OAEP_PARAMS parameters = new CK_RSA_PKCS_OAEP_PARAMS();
      parameters.hashAlg = Mechanism.RsaOaep.HASH;
      parameters.mgf = Mechanism.RsaOaep.MGF;
      parameters.source = Mechanism.RsaOaep.SOURCE;
      made.pParameter = parameters;
    }
    return made;
  }
}
