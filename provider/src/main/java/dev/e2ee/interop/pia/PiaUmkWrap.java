package dev.e2ee.interop.pia;

/**
 * A UMK wrapped for a device as PIA stores it.
 *
 * @param ciphertext base64 of 60 bytes: nonce, ciphertext, tag
 * @param hkdfSalt base64 of 32 bytes
 */
public record PiaUmkWrap(String ciphertext, String hkdfSalt) {}
