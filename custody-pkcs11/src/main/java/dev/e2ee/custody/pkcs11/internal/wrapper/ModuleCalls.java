package dev.e2ee.custody.pkcs11.internal.wrapper;

import dev.e2ee.custody.pkcs11.internal.wrapper.DirectCalls.Operation;

/**
 * The functions of each wrap in a module: PKCS #11 v2.40, sections 5.8 and 5.11. Pointers are
 * addresses; each gives a CK_RV.
 */
interface ModuleCalls {
  /** C_EncryptInit, C_DecryptInit or C_SignInit. */
  long start(Operation operation, long session, long mechanism, long key);

  /** C_Encrypt, C_Decrypt or C_Sign. */
  long work(Operation operation, long session, long in, long inLength, long out, long outLengthAt);
}
