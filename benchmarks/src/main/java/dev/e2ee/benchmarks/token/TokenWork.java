package dev.e2ee.benchmarks.token;

import dev.e2ee.spi.key.KeyId;
import java.util.HexFormat;
import java.util.List;

/**
 * What a program is given: all of them, the one in C too, take the same arguments.
 *
 * @param token where the key is
 * @param key its CKA_ID
 * @param operation what is done
 * @param threads how many threads do it, each with a session or cipher of its own
 * @param warmUp milliseconds before the measurement
 * @param time milliseconds of it
 * @param dek 32 bytes
 * @param aad what a wrap is bound to
 * @param input what is unwrapped, or what a MAC is of
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record TokenWork(
    SoftHsm.Token token,
    KeyId key,
    Operation operation,
    int threads,
    long warmUp,
    long time,
    byte[] dek,
    byte[] aad,
    byte[] input) {
  /** Where the salt is in what a MAC is of: behind counter, label and 0. */
  static final int SALT_AT = 22;

  /** The salt's length in bytes. */
  static final int SALT = 32;

  /** As the programs take it; they get the PIN from the environment. */
  List<String> arguments() {
    HexFormat hex = HexFormat.of();
    return List.of(
        token.module().toString(),
        Long.toString(token.slot()),
        key.toString(),
        operation.word(),
        Integer.toString(threads),
        Long.toString(warmUp),
        Long.toString(time),
        hex.formatHex(dek),
        hex.formatHex(aad),
        hex.formatHex(input));
  }

  /** From what {@link #arguments} gives. */
  static TokenWork parse(List<String> arguments) {
    HexFormat hex = HexFormat.of();
    return new TokenWork(
        SoftHsm.Token.parse(arguments.get(0), arguments.get(1)),
        KeyId.parse(arguments.get(2)),
        Operation.of(arguments.get(3)),
        Integer.parseInt(arguments.get(4)),
        Long.parseLong(arguments.get(5)),
        Long.parseLong(arguments.get(6)),
        hex.parseHex(arguments.get(7)),
        hex.parseHex(arguments.get(8)),
        hex.parseHex(arguments.get(9)));
  }
}
