package dev.e2ee.provider;

import dev.e2ee.internal.jca.Home;
import dev.e2ee.internal.jca.ServiceTable;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.engine.Engines;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.InvalidParameterException;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.List;
import java.util.Objects;

/**
 * The JCA provider {@code E2EE}.
 *
 * <p>Registered by {@code Security.addProvider(new E2eeProvider())}, by {@code java.security}, or
 * found by {@code ServiceLoader}. What it computes with, its engine, is one other provider, held as
 * an object: the one given to the constructor, else the one named to {@link #configure} (in {@code
 * java.security}: {@code security.provider.3=E2EE bcfips}), else the one that the system property
 * or else the security property {@code e2ee.engine} names, else the JDK's own. The names are {@code
 * jdk}; {@code bcfips}, Bouncy Castle FIPS; {@code fips}, the same where the JVM allows it approved
 * services only; {@code accp}, the Amazon Corretto Crypto Provider; and that of any other provider
 * that is registered. {@link #getInfo} says which it is.
 */
public final class E2eeProvider extends Provider {
  /** The provider's name. */
  public static final String NAME = "E2EE";

  private static final long serialVersionUID = 1L;
  private static final String VERSION = "0.1";

  private final transient Home home;

  /**
   * Computes with the engine that the property {@code e2ee.engine} names; without one, with the
   * JDK's own.
   *
   * @throws InvalidParameterException when the property names nothing that is known
   * @throws dev.e2ee.spi.EngineUnavailableException when the engine does not load here
   * @throws java.security.ProviderException when this JVM's configuration has removed the JDK's own
   */
  public E2eeProvider() {
    this(Engine.configured());
  }

  /**
   * Computes AES-GCM and HMAC with the given provider, which need not be registered.
   *
   * @param engine such as {@code new BouncyCastleFipsProvider()}
   * @throws IllegalArgumentException for one of these
   */
  public E2eeProvider(Provider engine) {
    this(Engine.of(notOurs(Objects.requireNonNull(engine, "engine"))));
  }

  private static Provider notOurs(Provider engine) {
    if (engine instanceof E2eeProvider) {
      throw new IllegalArgumentException("E2EE does not compute with itself; name another engine");
    }
    return engine;
  }

  private E2eeProvider(Engine engine) {
    super(
        NAME,
        VERSION,
        "End-to-end encryption; computes with " + Engines.describe(engine.provider()));
    this.home = new Home(this, engine);
    for (ServiceTable.Row row : ServiceTable.rows()) {
      putService(new RowService(home, row));
    }
  }

  /**
   * A new provider over the engine of this name.
   *
   * @param engine such as {@code bcfips}
   * @throws InvalidParameterException when nothing is known by that name
   * @throws dev.e2ee.spi.EngineUnavailableException when the engine does not load here
   */
  @Override
  public E2eeProvider configure(String engine) {
    return new E2eeProvider(Engines.named(engine.strip()));
  }

  /** The provider that computes for this one. */
  public Provider engine() {
    return home.engine().provider();
  }

  /** A provider holds an engine: it is made anew, not deserialised. */
  private void writeObject(ObjectOutputStream out) throws NotSerializableException {
    throw new NotSerializableException("E2EE is not serialised; make a new one");
  }

  private static final class RowService extends Service {
    private final ServiceTable.Row row;
    private final Home home;

    RowService(Home home, ServiceTable.Row row) {
      super(
          home.provider(),
          row.type(),
          row.algorithm(),
          row.spi().getName(),
          List.of(),
          row.attributes());
      this.home = home;
      this.row = row;
    }

    @Override
    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
      if (parameter != null) {
        throw new InvalidParameterException(row.algorithm() + " takes no constructor parameter");
      }
      return row.maker().apply(home);
    }
  }
}
