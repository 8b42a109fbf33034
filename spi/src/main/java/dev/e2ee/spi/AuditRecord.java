package dev.e2ee.spi;

import dev.e2ee.spi.key.KeyId;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * One attempt at an operation in custody; never a secret, never a URI query.
 *
 * @param requestId random, one for each attempt
 * @param time when it ended
 * @param operation such as {@code wrap}, {@code unwrap}, {@code generate}, {@code export}
 * @param key the generation used, where there is one
 * @param generation of the key, 0 where there is none
 * @param outcome empty for success, else the kind of the error
 * @param duration from call to outcome
 * @param aadSha256 lower-case hex SHA-256 of the operation's AAD, where it has one
 * @param reason what the caller gave as reason, for {@code export}; for {@code unlock} by what the
 *     store was opened
 */
public record AuditRecord(
    UUID requestId,
    Instant time,
    String operation,
    Optional<KeyId> key,
    int generation,
    Optional<CustodyException.Kind> outcome,
    Duration duration,
    Optional<String> aadSha256,
    Optional<String> reason) {}
