package dev.e2ee.envelope;

import dev.e2ee.spi.key.KeyId;

/**
 * What anyone can read from an envelope without a key. None of it is verified until the envelope is
 * opened.
 *
 * @param suite how the body is encrypted
 * @param contextFree whether the envelope is bound to neither a context nor AAD
 * @param generation of the key it was sealed under, unsigned
 * @param keyId of the key it was sealed under
 * @param wrapAlg how the DEK is wrapped: 1 is AES-256-GCM under the UMK, 2 the same under a key
 *     that a token derives for each wrap, 3 AES-KW and an HMAC in a token, 4 AES-256-GCM under a
 *     random key that RSA-OAEP hides and a token signs; 128 more when the DEK is derived from a
 *     data key that other envelopes may have, too
 * @param headerLength in bytes, 123 to 923
 * @param plaintextLength in bytes
 */
public record EnvelopeInfo(
    Suite suite,
    boolean contextFree,
    int generation,
    KeyId keyId,
    int wrapAlg,
    int headerLength,
    long plaintextLength) {}
