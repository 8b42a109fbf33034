package dev.e2ee.example.spark;

import dev.e2ee.custody.file.KeyFileProvider;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.spark.TaskContext;

/**
 * A key file, {@code watched:?path=PATH&passphrase-source=…}, of which is counted how often it is
 * opened and closed. In Spark's local mode, executors are this process.
 */
public final class WatchedCustody implements CustodyProvider {
  static final AtomicInteger OPENED = new AtomicInteger();
  static final AtomicInteger CLOSED = new AtomicInteger();

  /** The attempts of tasks that have opened it: Spark gives each a number of its own. */
  static final Set<Long> ATTEMPTS = ConcurrentHashMap.newKeySet();

  private final KeyFileProvider real = new KeyFileProvider();

  /** For {@link java.util.ServiceLoader}. */
  public WatchedCustody() {}

  @Override
  public String scheme() {
    return "watched";
  }

  @Override
  public String description() {
    return "a key file under observation";
  }

  @Override
  public KeyCustody open(CustodyUri uri, CustodyOptions options) {
    String file =
        "file:"
            + uri.query("path").orElseThrow()
            + "?passphrase-source="
            + uri.query("passphrase-source").orElseThrow();
    KeyCustody opened = real.open(CustodyUri.parse(file), options);
    OPENED.incrementAndGet();
    ATTEMPTS.add(TaskContext.get().taskAttemptId());
    return (KeyCustody)
        Proxy.newProxyInstance(
            WatchedCustody.class.getClassLoader(),
            new Class<?>[] {KeyCustody.class},
            (proxy, method, arguments) -> {
              if (method.getName().equals("close")) {
                CLOSED.incrementAndGet();
              }
              try {
                return method.invoke(opened, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }
}
