package dev.e2ee.provider;

import dev.e2ee.device.DevicePrivateKey;
import dev.e2ee.internal.jca.Home;
import dev.e2ee.internal.jca.Refusals;
import dev.e2ee.internal.jca.ServiceTable;
import dev.e2ee.spi.EngineUnavailableException;
import dev.e2ee.spi.NotApprovedException;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.engine.Engines;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.DekWrap;
import java.io.NotSerializableException;
import java.io.ObjectOutputStream;
import java.security.GeneralSecurityException;
import java.security.InvalidParameterException;
import java.security.Key;
import java.security.NoSuchAlgorithmException;
import java.security.Provider;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import javax.crypto.Cipher;
import javax.crypto.Mac;

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

  /** The attribute of a service that says whether it is approved. */
  private static final String APPROVED = "Approved";

  private final transient Home home;

  /**
   * Computes with the engine that the property {@code e2ee.engine} names; without one, with the
   * JDK's own.
   *
   * @throws EngineUnavailableException when the property names nothing that is known, or the engine
   *     does not load here
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
   * @throws EngineUnavailableException when it has no AES-GCM or HMAC
   */
  public E2eeProvider(Provider engine) {
    this(Engine.of(able(notOurs(Objects.requireNonNull(engine, "engine")))));
  }

  /** What it must have; the rest the JDK's own may compute. */
  private static Provider able(Provider engine) {
    try {
      Cipher.getInstance("AES/GCM/NoPadding", engine);
      Mac.getInstance("HmacSHA256", engine);
      Mac.getInstance("HmacSHA512", engine);
      return engine;
    } catch (GeneralSecurityException e) {
      throw new EngineUnavailableException(
          engine + " cannot be an engine, which has AES/GCM/NoPadding, HmacSHA256, HmacSHA512", e);
    }
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
   * @throws EngineUnavailableException when nothing is known by that name, or the engine does not
   *     load here
   */
  @Override
  public E2eeProvider configure(String engine) {
    return new E2eeProvider(Engines.named(engine.strip()));
  }

  /**
   * Whether the FIPS profile holds: the engine is Bouncy Castle FIPS, was in approved-only mode
   * when this provider was made, and computes alone. {@code provider/FIPS.md} says what that is
   * worth.
   */
  public boolean isApprovedOnly() {
    return home.engine().isApprovedOnly();
  }

  /**
   * Whether what this service does with a key in memory is approved: the FIPS profile holds, and
   * the engine computes it. Each service says so too, by its attribute {@code Approved}. False for
   * what another than this provider's engine computes: device wraps, and a custody as a key store.
   *
   * @param type such as {@code Cipher}
   * @param algorithm such as {@code E2EE-Envelope}
   */
  public boolean isApproved(String type, String algorithm) {
    Service service = getService(type, algorithm);
    return service != null && "true".equals(service.getAttribute(APPROVED));
  }

  /**
   * The same with this key, which may compute elsewhere: a key in custody, or a device's.
   *
   * @param key that the service is initialised with
   */
  public boolean isApproved(String type, String algorithm, Key key) {
    if (key instanceof CustodyKey custody) {
      boolean wraps = custody.operation(DekWrap.class).map(DekWrap::isApproved).orElse(false);
      return wraps && isApproved(type, algorithm);
    }
    if (key instanceof DevicePrivateKey device) {
      return isApprovedOnly() && device.identity().isApproved();
    }
    return isApproved(type, algorithm);
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
          attributes(home, row));
      this.home = home;
      this.row = row;
    }

    private static Map<String, String> attributes(Home home, ServiceTable.Row row) {
      Map<String, String> attributes = new HashMap<>(row.attributes());
      boolean approved =
          home.engine().isApprovedOnly()
              && ServiceTable.isApprovable(row)
              && ServiceTable.isOfTheEngine(row);
      attributes.put(APPROVED, Boolean.toString(approved));
      return attributes;
    }

    @Override
    public Object newInstance(Object parameter) throws NoSuchAlgorithmException {
      if (home.engine().isApprovedOnly() && !ServiceTable.isApprovable(row)) {
        throw Refusals.service(
            new NotApprovedException(
                row.algorithm(), NotApprovedException.alternativeTo(row.algorithm())));
      }
      if (parameter != null) {
        throw new InvalidParameterException(row.algorithm() + " takes no constructor parameter");
      }
      return row.maker().apply(home);
    }
  }
}
