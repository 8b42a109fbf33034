package dev.e2ee.interop.pia;

/**
 * A record as PIA stores it.
 *
 * @param wrappedDek standard base64 of 60 bytes, 80 characters
 * @param encryptedPayload standard base64 of nonce, ciphertext and tag
 */
public record PiaRecord(String wrappedDek, String encryptedPayload) {}
