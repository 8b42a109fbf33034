package dev.e2ee.internal.device;

import dev.e2ee.internal.hpke.AgreementKey;
import dev.e2ee.spi.internal.crypto.Engine;

/**
 * The private side of a device, for this module: no other can name the type.
 *
 * @param engine what computes
 * @param agreement its key for agreement
 * @param signing its key for signing
 */
public record DeviceKeys(Engine engine, AgreementKey agreement, SigningKey signing) {}
