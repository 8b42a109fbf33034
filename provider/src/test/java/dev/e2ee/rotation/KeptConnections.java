package dev.e2ee.rotation;

import java.sql.Connection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.sql.DataSource;

/** Connections as a pool gives them: used again, one for each thread, and not closed. */
final class KeptConnections {
  private KeptConnections() {}

  static DataSource of(DataSource real) {
    Map<Thread, Connection> kept = new ConcurrentHashMap<>();
    return ChangedConnections.proxy(
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
    return ChangedConnections.proxy(
        Connection.class,
        (proxy, method, arguments) ->
            method.getName().equals("close")
                ? null
                : ChangedConnections.invoked(method, real, arguments));
  }
}
