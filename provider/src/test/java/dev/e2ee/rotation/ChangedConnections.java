package dev.e2ee.rotation;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** A real database, of whose connections something is otherwise. */
final class ChangedConnections {
  private ChangedConnections() {}

  /** What is otherwise. */
  interface Change {
    Connection of(Connection real) throws SQLException;
  }

  static DataSource of(DataSource real, Change change) {
    return proxy(
        DataSource.class,
        (proxy, method, arguments) -> change.of((Connection) invoked(method, real, arguments)));
  }

  /** One that fails, as no driver should, when a method of this name is called for the nth time. */
  static Connection failing(Connection real, String name, int nth) {
    int[] calls = {0};
    return proxy(
        Connection.class,
        (proxy, method, arguments) -> {
          if (method.getName().equals(name) && ++calls[0] == nth) {
            throw new IllegalStateException("the driver's fault");
          }
          return invoked(method, real, arguments);
        });
  }

  /** Calls the real one, and throws what it throws. */
  static Object invoked(Method method, Object real, Object[] arguments) throws Throwable {
    try {
      return method.invoke(real, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  static <T> T proxy(Class<T> type, InvocationHandler handler) {
    return type.cast(
        Proxy.newProxyInstance(
            ChangedConnections.class.getClassLoader(), new Class<?>[] {type}, handler));
  }
}
