package dev.e2ee.custody.keychain.internal.secretservice;

import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.internal.crypto.Engine;
import dev.e2ee.spi.internal.custody.Deadline;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.freedesktop.dbus.DBusPath;

/** What other programs do on the same bus. */
public final class Others {
  private Others() {}

  private interface Deed {
    void with(SessionBus bus, SecretService keychain, SecretService.Session session)
        throws BusException;
  }

  private static void does(Deed deed) throws Exception {
    SessionBus bus = SessionBus.connect(SecretService.NAME);
    try (SecretService keychain = new SecretService(bus, true, Engine.jdk(), deadline());
        SecretService.Session session = keychain.openSession()) {
      deed.with(bus, keychain, session);
    }
  }

  private static Deadline deadline() {
    return Deadline.after(Duration.ofSeconds(10));
  }

  private static SecretBytes secret(String text) {
    return SecretBytes.adopt(text.getBytes(StandardCharsets.UTF_8));
  }

  /** One that makes an item of these names without looking whether there is one. */
  public static void makesAnItem(String service, String account, String text) throws Exception {
    does(
        (bus, keychain, session) ->
            session.create(
                keychain.alias("default").orElseThrow(),
                "another",
                Map.of("xdg:schema", "dev.e2ee.slot", "service", service, "account", account),
                secret(text)));
  }

  /** One that changes the text of the item of these names. */
  public static void changesAnItem(String service, String account, String text) throws Exception {
    does(
        (bus, keychain, session) -> {
          String item =
              keychain.search(Map.of("service", service, "account", account)).unlocked().get(0);
          bus.call(
              deadline(),
              item,
              "org.freedesktop.Secret.Item",
              "SetSecret",
              "(oayays)",
              (Object) session.encrypted(secret(text)));
        });
  }

  /** The screen lock, when the person is back: what GNOME's own programs call. */
  public static void unlocks(String collection, String password) throws Exception {
    does(
        (bus, keychain, session) ->
            bus.call(
                deadline(),
                SecretService.ROOT,
                "org.gnome.keyring.InternalUnsupportedGuiltRiddenInterface",
                "UnlockWithMasterPassword",
                "o(oayays)",
                new DBusPath(collection),
                session.encrypted(secret(password))));
  }
}
