package dev.e2ee.rotation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** Connections as a pool gives them: used again, one for each thread, and not closed. */
final class KeptConnections {
  private KeptConnections() {}

  static DataSource of(DataSource real) {
    Map<Thread, Connection> kept = new ConcurrentHashMap<>();
    return proxy(
        DataSource.class,
        (proxy, method, arguments) -> {
          if (!method.getName().equals("getConnection")) {
            throw new UnsupportedOperationException(method.getName());
          }
          Connection own = kept.get(Thread.currentThread());
          if (own == null) {
            own = unclosed(real.getConnection());
            kept.put(Thread.currentThread(), own);
          }
          return own;
        });
  }

  private static Connection unclosed(Connection real) {
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals("close")) {
            return null;
          }
          try {
            return method.invoke(real, arguments);
          } catch (InvocationTargetException e) {
            throw e.getCause();
          }
        });
  }

  private static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            KeptConnections.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
