package dev.e2ee.spi.internal.engine;

import dev.e2ee.spi.EngineUnavailableException;
import java.lang.reflect.InvocationTargetException;
import java.security.Provider;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Bouncy Castle FIPS, reached by reflection because no module of ours needs it. Its provider takes
 * most of a second to start, and is one for the JVM.
 */
public final class BcFips {
  /** The system property that makes every thread approved-only. */
  public static final String APPROVED_ONLY = "org.bouncycastle.fips.approved_only";

  private static final String ARTIFACT = "org.bouncycastle:bc-fips";
  private static final String PROVIDER =
      "org.bouncycastle.jcajce.provider.BouncyCastleFipsProvider";
  private static final String REGISTRAR = "org.bouncycastle.crypto.CryptoServicesRegistrar";
  private static final String NATIVE = "org.bouncycastle.crypto.NativeServices";

  private static final AtomicReference<@Nullable Provider> STARTED = new AtomicReference<>();

  /** The last module that was tested: engines are made often, for a few providers. */
  private static final AtomicReference<@Nullable BcFipsModule> TESTED = new AtomicReference<>();

  /** Whether the JVM is approved-only, found out when it is first asked: it stays so. */
  private static final class JvmMode {
    static final boolean APPROVED_ONLY = ofNewThreads();
  }

  private BcFips() {}

  /** Whether a provider is that of Bouncy Castle FIPS. */
  static boolean isOf(Provider provider) {
    return provider.getClass().getName().equals(PROVIDER);
  }

  /**
   * The provider, started when this is called first.
   *
   * @throws EngineUnavailableException when it is not there, or its native code does not load
   */
  static Provider provider() {
    Provider provider = STARTED.get();
    if (provider == null) {
      provider = started();
      STARTED.compareAndSet(null, provider);
    }
    return provider;
  }

  /**
   * The provider, in a JVM that allows it approved services only.
   *
   * @throws EngineUnavailableException when it is not there, or the JVM allows others
   */
  static Provider approvedOnlyProvider() {
    Provider provider = provider();
    if (!isApprovedOnly()) {
      throw new EngineUnavailableException(
          "the engine fips needs a JVM in which every thread is approved-only: start it with -D"
              + APPROVED_ONLY
              + "=true, or take the engine bcfips",
          null);
    }
    return provider;
  }

  private static Provider started() {
    Class<?> provider = OptionalClass.named(PROVIDER, ARTIFACT);
    try {
      return (Provider) provider.getConstructor().newInstance();
    } catch (InvocationTargetException | LinkageError e) {
      Throwable cause = e instanceof InvocationTargetException ? e.getCause() : e;
      throw new EngineUnavailableException(failed(cause), cause);
    } catch (ReflectiveOperationException e) {
      throw new EngineUnavailableException("this is another bc-fips than was expected", e);
    }
  }

  /** A class whose native code did not load the first time is not found the second. */
  private static String failed(@Nullable Throwable cause) {
    if (!(cause instanceof LinkageError)) {
      return "Bouncy Castle FIPS does not start: " + cause;
    }
    return "Bouncy Castle FIPS cannot load its native code from "
        + System.getProperty("java.io.tmpdir")
        + ", which may be mounted noexec. Name a directory that allows it with"
        + " -Dorg.bouncycastle.native.loader.install_dir=DIR, or give up the native code, and most"
        + " of the speed, with -Dorg.bouncycastle.native.cpu_variant=java";
  }

  /**
   * Whether every thread of this JVM may use approved services only. The mode is a thread's: a new
   * one begins with the JVM's, which its property has set for good, and cannot leave it. One thread
   * that has set the mode for itself says nothing of the others.
   */
  public static boolean isApprovedOnly() {
    return JvmMode.APPROVED_ONLY;
  }

  private static boolean ofNewThreads() {
    AtomicReference<@Nullable Object> mode = new AtomicReference<>();
    Thread fresh =
        new Thread(() -> mode.set(ofRegistrar("isInApprovedOnlyMode")), "e2ee approved-only");
    fresh.start();
    boolean interrupted = false;
    while (true) {
      try {
        fresh.join();
        break;
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    return Boolean.TRUE.equals(mode.get());
  }

  /**
   * The module of a provider. We call it by its classes: they must be the provider's own, and work.
   *
   * @throws EngineUnavailableException when they are not, or do not
   */
  static ApprovedModule module(Provider provider) {
    BcFipsModule last = TESTED.get();
    if (last != null && last.isOf(provider)) {
      return last;
    }
    try {
      BcFipsModule module = BcFipsModule.tested(provider);
      TESTED.set(module);
      return module;
    } catch (LinkageError e) {
      throw new EngineUnavailableException(
          "the FIPS profile needs bc-fips where E2EE itself is: both on the class path, or both on"
              + " the module path, of one class loader",
          e);
    }
  }

  /** Whether it encrypts with native code, and whether it is approved-only. */
  static String details() {
    Object services = ofRegistrar("getNativeServices");
    boolean enabled = Boolean.TRUE.equals(ofRegistrar("isNativeEnabled"));
    return (enabled
            ? "native AES, " + result(OptionalClass.named(NATIVE, ARTIFACT), "getVariant", services)
            : "AES in Java: no native code for this machine, or switched off")
        + (isApprovedOnly() ? ", approved-only" : "");
  }

  private static @Nullable Object ofRegistrar(String method) {
    return result(OptionalClass.named(REGISTRAR, ARTIFACT), method, null);
  }

  private static @Nullable Object result(Class<?> type, String method, @Nullable Object on) {
    try {
      return type.getMethod(method).invoke(on);
    } catch (ReflectiveOperationException e) {
      throw new EngineUnavailableException("this is another bc-fips than was expected", e);
    }
  }
}
