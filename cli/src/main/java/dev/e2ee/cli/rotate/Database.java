package dev.e2ee.cli.rotate;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.rotation.JdbcRecordStore.IdType;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** A database that is reached, with connections that are used again. */
final class Database implements AutoCloseable {
  private final URLClassLoader drivers;
  private final HikariDataSource connections;

  private Database(URLClassLoader drivers, HikariDataSource connections) {
    this.drivers = drivers;
    this.connections = connections;
  }

  /**
   * Reaches it.
   *
   * @param jars drivers beside those of the class path
   * @param most how many connections there may be at once
   * @param user null for the driver's own way
   * @param password empty for the driver's own way; the driver keeps a copy
   * @throws Failure USAGE when there is no driver for it, IO when it cannot be reached
   */
  static Database open(
      String url, List<Path> jars, int most, @Nullable String user, char[] password)
      throws IOException {
    URLClassLoader drivers = new URLClassLoader(urls(jars), Database.class.getClassLoader());
    boolean done = false;
    try {
      HikariConfig config = new HikariConfig();
      config.setJdbcUrl(url);
      config.setMaximumPoolSize(most);
      if (user != null) {
        config.setUsername(user);
      }
      if (password.length > 0) {
        config.setPassword(new String(password));
      }
      Database database = new Database(drivers, connected(config, drivers, url));
      done = true;
      return database;
    } finally {
      if (!done) {
        drivers.close();
      }
    }
  }

  private static URL[] urls(List<Path> jars) throws MalformedURLException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      if (!Files.isRegularFile(jars.get(i))) {
        throw Failure.usage("--driver: there is no file " + jars.get(i), "");
      }
      urls[i] = jars.get(i).toUri().toURL();
    }
    return urls;
  }

  /** The pool finds a driver's class by the loader of this thread. */
  private static HikariDataSource connected(HikariConfig config, ClassLoader drivers, String url) {
    Thread thread = Thread.currentThread();
    ClassLoader before = thread.getContextClassLoader();
    thread.setContextClassLoader(drivers);
    try {
      config.setDriverClassName(driver(drivers, url).getClass().getName());
      return new HikariDataSource(config);
    } catch (PoolInitializationException e) {
      throw new Failure(
          Exit.IO,
          "the database cannot be reached: "
              + (e.getCause() == null ? e : e.getCause()).getMessage(),
          "Check the URL, and --db-user and its password.",
          e);
    } finally {
      thread.setContextClassLoader(before);
    }
  }

  private static Driver driver(ClassLoader drivers, String url) {
    String kind = url.replaceFirst("(?s)^(jdbc:[^:]*:).*", "$1");
    try {
      for (Driver driver : ServiceLoader.load(Driver.class, drivers)) {
        if (driver.acceptsURL(url)) {
          return driver;
        }
      }
    } catch (SQLException | ServiceConfigurationError e) {
      throw new Failure(
          Exit.USAGE, "a JDBC driver fails: " + e.getMessage(), "Name another --driver JAR.", e);
    }
    throw Failure.usage(
        "no JDBC driver here takes " + kind,
        "Name the one of that database: --driver JAR; its maker has it for download.");
  }

  /**
   * What ids of a column are.
   *
   * @throws Failure USAGE when there is no such column
   */
  IdType typeOf(String table, String column) {
    int dot = table.indexOf('.');
    String schema = dot < 0 ? null : table.substring(0, dot);
    try (Connection connection = connections.getConnection();
        ResultSet found =
            connection.getMetaData().getColumns(null, schema, table.substring(dot + 1), column)) {
      while (found.next()) { // the names are patterns, in which _ is any character
        if (found.getString("COLUMN_NAME").equals(column)
            && found.getString("TABLE_NAME").equals(table.substring(dot + 1))) {
          return type(found.getInt("DATA_TYPE"), found.getString("TYPE_NAME"));
        }
      }
    } catch (SQLException e) {
      throw new Failure(Exit.IO, "the database fails: " + e.getMessage(), "", e);
    }
    throw Failure.usage(
        "there is no column " + column + " of a table " + table + " in the database",
        "Write both as the database has them, which is in lower case in PostgreSQL.");
  }

  private static IdType type(int type, String name) {
    return switch (type) {
      case Types.SMALLINT, Types.INTEGER, Types.BIGINT -> IdType.INTEGER;
      default -> name.equalsIgnoreCase("uuid") ? IdType.UUID : IdType.TEXT;
    };
  }

  /** Its connections. */
  DataSource connections() {
    return connections;
  }

  @Override
  public void close() throws IOException {
    connections.close();
    drivers.close();
  }
}
