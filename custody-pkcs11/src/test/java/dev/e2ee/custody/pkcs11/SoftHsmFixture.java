package dev.e2ee.custody.pkcs11;

import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.spi.CustodyProvider;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyDescription;
import iaik.pkcs.pkcs11.wrapper.PKCS11Exception;
import java.io.IOException;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A new token for each point; behind p11-kit's server where it has to go away or to freeze. */
final class SoftHsmFixture implements CustodyFixture {
  @Override
  public String name() {
    return "SoftHSM";
  }

  @Override
  public Class<? extends CustodyProvider> provider() {
    return Pkcs11Provider.class;
  }

  @Override
  public Map<Fault, String> notProduced() {
    return Map.of(
        Fault.LOCKED,
        "nobody else locks a SoftHSM token: its PIN always opens it, and whom it opens to is each"
            + " process's own affair",
        Fault.DENIED,
        "a SoftHSM token refuses nothing to whoever has its PIN");
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) throws IOException, InterruptedException {
    if (needs.contains(Fault.LOSS) || needs.contains(Fault.FREEZE)) {
      RealToken.Made token = RealToken.P11_KIT.make();
      return new Store(token, token.server().orElseThrow());
    }
    return new Store(RealToken.SOFTHSM.make(), null);
  }

  private static final class Store extends TestedStore {
    private final RealToken.Made token;
    private final @Nullable TokenServer server;
    private @Nullable KeyDescription corrupted;
    private String label = "";

    Store(RealToken.Made token, @Nullable TokenServer server) {
      this.token = token;
      this.server = server;
    }

    private TokenServer served() {
      if (server == null) {
        throw new IllegalStateException("this token is in the process");
      }
      return server;
    }

    @Override
    public CustodyUri uri() {
      return token.uri();
    }

    @Override
    public char[] secret() {
      return RealToken.PIN.toCharArray();
    }

    @Override
    public char[] wrongSecret() {
      return "wrong-4711".toCharArray();
    }

    @Override
    public CustodyUri absent() {
      return new RealToken.Made(token.kind(), "no-such-token", token.module()).uri();
    }

    /** Another check: as if another key had been put in its place. */
    @Override
    public void corrupt(KeyDescription key) throws IOException {
      write(
          key,
          before -> {
            label = before;
            char last = before.charAt(before.length() - 1);
            return before.substring(0, before.length() - 1) + (last == '0' ? '1' : '0');
          });
      corrupted = key;
    }

    @Override
    public void repair() throws IOException {
      if (corrupted != null) {
        write(corrupted, now -> label);
      }
    }

    private interface Change {
      String of(String label);
    }

    /** The process is logged in by the custody. */
    private void write(KeyDescription key, Change change) throws IOException {
      try (Pkcs11Custody custody = Opened.unlocked(token.uri())) {
        custody.list();
        try (RawToken raw = new RawToken(token)) {
          long object = raw.find(RawToken.attribute(RawToken.ID, key.id().toBytes()))[0];
          String changed = change.of((String) raw.read(object, RawToken.LABEL));
          raw.write(object, RawToken.attribute(RawToken.LABEL, changed));
        }
      } catch (PKCS11Exception e) {
        throw new IOException(e);
      }
    }

    @Override
    public void lose() throws IOException, InterruptedException {
      served().kill();
    }

    @Override
    public void bringBack() throws IOException, InterruptedException {
      served().startAgain();
    }

    @Override
    public void freeze() throws IOException, InterruptedException {
      served().freeze();
    }

    @Override
    public void thaw() throws IOException, InterruptedException {
      served().thaw();
    }

    @Override
    public OptionalLong resources(KeyCustody opened) {
      return OptionalLong.of(((Pkcs11Custody) opened).lanes());
    }
  }
}
