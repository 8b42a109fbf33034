package dev.e2ee.interop.pia;

/**
 * A UMK wrapped under a recovery code as PIA stores it.
 *
 * @param ciphertext base64 of 60 bytes: nonce, ciphertext, tag
 * @param kdfSalt base64 of 32 bytes
 * @param kdfMemoryCostKb Argon2id memory in KiB
 * @param kdfTimeCost Argon2id passes
 * @param kdfParallelism Argon2id lanes
 */
public record PiaRecoveryBlob(
    String ciphertext, String kdfSalt, int kdfMemoryCostKb, int kdfTimeCost, int kdfParallelism) {}
