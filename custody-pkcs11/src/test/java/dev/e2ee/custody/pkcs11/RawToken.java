package dev.e2ee.custody.pkcs11;

import iaik.pkcs.pkcs11.wrapper.CK_ATTRIBUTE;
import iaik.pkcs.pkcs11.wrapper.CK_MECHANISM;
import iaik.pkcs.pkcs11.wrapper.PKCS11;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.io.IOException;
import org.xipki.pkcs11.wrapper.PKCS11Module;

/**
 * A token as any other program of this process sees it, past the custody: while that is open and
 * unlocked, so that the module is initialised and the login holds here too.
 */
final class RawToken implements AutoCloseable {
  static final long CLASS = 0x0;
  static final long TOKEN = 0x1;
  static final long PRIVATE = 0x2;
  static final long LABEL = 0x3;
  static final long VALUE = 0x11;
  static final long KEY_TYPE = 0x100;
  static final long ID = 0x102;
  static final long SENSITIVE = 0x103;
  static final long ENCRYPT = 0x104;
  static final long DECRYPT = 0x105;
  static final long SIGN = 0x108;
  static final long VALUE_LEN = 0x161;
  static final long EXTRACTABLE = 0x162;
  static final long NEVER_EXTRACTABLE = 0x164;
  static final long ALWAYS_SENSITIVE = 0x165;

  private final PKCS11 functions;
  private final long session;

  RawToken(RealToken.Made token) throws IOException, PKCS11Exception {
    functions = PKCS11Module.getInstance(token.module().toString()).getPKCS11Module();
    long found = -1;
    for (long slot : functions.C_GetSlotList(true)) {
      if (new String(functions.C_GetTokenInfo(slot).label).strip().equals(token.label())) {
        found = slot;
      }
    }
    session = functions.C_OpenSession(found, 6, null, null);
  }

  /** An attribute and its value. */
  static CK_ATTRIBUTE attribute(long type, Object value) {
    CK_ATTRIBUTE attribute = new CK_ATTRIBUTE();
    attribute.type = type;
    attribute.pValue = value instanceof String text ? text.toCharArray() : value;
    return attribute;
  }

  long[] find(CK_ATTRIBUTE... wanted) throws PKCS11Exception {
    functions.C_FindObjectsInit(session, wanted, true);
    long[] found = functions.C_FindObjects(session, 100);
    functions.C_FindObjectsFinal(session);
    return found;
  }

  Object read(long object, long type) throws PKCS11Exception {
    CK_ATTRIBUTE[] one = {attribute(type, null)};
    functions.C_GetAttributeValue(session, object, one, true);
    return one[0].pValue instanceof char[] text ? new String(text) : one[0].pValue;
  }

  void write(long object, CK_ATTRIBUTE... changed) throws PKCS11Exception {
    functions.C_SetAttributeValue(session, object, changed, true);
  }

  long create(CK_ATTRIBUTE... attributes) throws PKCS11Exception {
    return functions.C_CreateObject(session, attributes, true);
  }

  void destroy(long object) throws PKCS11Exception {
    functions.C_DestroyObject(session, object);
  }

  /** A key of CKK_GENERIC_SECRET that the token makes. */
  long generateSecret(CK_ATTRIBUTE... attributes) throws PKCS11Exception {
    return functions.C_GenerateKey(session, mechanism(0x350), attributes, true);
  }

  /** HMAC-SHA-256 in the token. */
  byte[] hmac(long key, byte[] message) throws PKCS11Exception {
    functions.C_SignInit(session, mechanism(0x251), key, true);
    return functions.C_Sign(session, message);
  }

  /** AES-KW of a secret in the token. */
  byte[] keyWrap(long key, byte[] secret) throws PKCS11Exception {
    long made =
        create(
            attribute(CLASS, 4L),
            attribute(KEY_TYPE, 0x10L),
            attribute(EXTRACTABLE, true),
            attribute(VALUE, secret));
    return functions.C_WrapKey(session, mechanism(0x2109), key, made, true);
  }

  private static CK_MECHANISM mechanism(long code) {
    CK_MECHANISM mechanism = new CK_MECHANISM();
    mechanism.mechanism = code;
    return mechanism;
  }

  @Override
  public void close() throws PKCS11Exception {
    functions.C_CloseSession(session);
  }
}
