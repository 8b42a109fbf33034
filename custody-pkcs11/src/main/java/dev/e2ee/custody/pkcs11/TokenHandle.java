package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.pkcs11.internal.key.KeyUse;
import dev.e2ee.custody.pkcs11.internal.key.TokenKey;
import dev.e2ee.custody.pkcs11.internal.key.TokenKeys;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.internal.custody.Audit;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyId;
import java.util.function.Consumer;

/** A handle to one generation of a key in a token; holds no secret. */
abstract class TokenHandle extends CustodyKey {
  private static final long serialVersionUID = 1L;

  final transient Pkcs11Custody custody;
  final transient KeyUse use;
  private final transient KeyId id;
  private final transient String name;

  TokenHandle(Pkcs11Custody custody, TokenKey key) {
    this.custody = custody;
    this.use = key.label().use();
    this.id = key.id();
    this.name = key.label().name();
  }

  @Override
  public final KeyDescription description() {
    return custody.describe(id);
  }

  @Override
  public final CustodyKey generation(KeyId other) {
    return custody.generation(name, other);
  }

  /**
   * The key as it was read last in this session epoch, unless the custody is locked or closed.
   *
   * @throws dev.e2ee.spi.CustodyException LOCKED, CLOSED, and as {@link #description} where it has
   *     to be read
   */
  final TokenKey lastSeen() {
    return custody.lastSeen(id);
  }

  /**
   * Does something with the key, and records the attempt.
   *
   * @param begin what is noted and checked before the token is asked
   */
  final <T> T attempt(String operation, Consumer<Audit.Attempt> begin, TokenKeys.Use<T> work) {
    return custody
        .audit()
        .attempt(
            operation,
            attempt -> {
              begin.accept(attempt.on(id, 0));
              return custody
                  .keys()
                  .use(
                      id,
                      (session, key) -> {
                        attempt.on(id, key.label().generation());
                        return work.with(session, key);
                      });
            });
  }

  /** That this generation is in a state in which it does not do that. */
  static CustodyException notInUse(TokenKey key, String why) {
    return new CustodyException(
        Kind.POLICY,
        "generation " + key.label().generation() + " of '" + key.label().name() + "' " + why);
  }
}
