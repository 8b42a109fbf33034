package dev.e2ee.custody.file.internal.session;

import dev.e2ee.custody.file.internal.core.DekCipher;
import dev.e2ee.custody.file.internal.format.KeyFileDocument;
import dev.e2ee.custody.file.internal.format.KeyRow;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyException.Kind;
import dev.e2ee.spi.Health;
import dev.e2ee.spi.Health.Status;
import dev.e2ee.spi.SecretBytes;
import dev.e2ee.spi.key.KeyState;
import java.util.ArrayList;
import java.util.List;

/** How an opened key file is, and what this JVM can do with it. */
public final class Checkup {
  private final Session session;
  private final boolean writable;

  /** For one session. */
  public Checkup(Session session, boolean writable) {
    this.session = session;
    this.writable = writable;
  }

  /** Whether wrapping works with this engine, tried on a key that is thrown away. */
  public boolean wrapsRightly() {
    try (SecretBytes key = SecretBytes.adopt(session.engine().random(32))) {
      return DekCipher.selfTest(session.engine(), key);
    }
  }

  /** Reads the file; when unlocked, unwraps each PRIMARY key anew. Spends no nonce. */
  public Health health() {
    try {
      Session.Look look = session.refresh();
      KeyFileDocument document = look.document();
      boolean unlocked = look.secrets().isPresent();
      if (unlocked) {
        for (KeyRow row : document.keys()) {
          if (row.state() == KeyState.PRIMARY) {
            look.secrets().get().reopen(row).close();
          }
        }
      }
      return new Health(unlocked ? Status.READY : Status.LOCKED, detail(document, unlocked));
    } catch (CustodyException e) {
      Status status = e.kind() == Kind.LOCKED ? Status.LOCKED : Status.UNAVAILABLE;
      return new Health(status, e.kind() + ": " + e.getMessage());
    } catch (RuntimeException e) {
      // Of the engine or the platform: health never throws.
      return new Health(Status.UNAVAILABLE, "this Java platform or its engine failed: " + e);
    }
  }

  private String detail(KeyFileDocument document, boolean unlocked) {
    List<String> parts = new ArrayList<>();
    parts.add(
        unlocked
            ? "unlocked; every key in use opens"
            : "readable and locked; " + session.source().needed(document));
    if (!session.store().permissionsKnown()) {
      parts.add("this file system has no POSIX permissions, so who else can read it is unknown");
    }
    if (!writable) {
      parts.add("read-only: wraps are counted in this process only");
    }
    for (KeyRow row : document.keys()) {
      if (row.state() == KeyState.PRIMARY && row.uses() >= WrapBudget.WARN) {
        parts.add("'" + row.name() + "' has wrapped more than 2^31 times; rotate it soon");
      }
      if (row.state() == KeyState.PENDING) {
        parts.add("a rotation of '" + row.name() + "' was cut off; rotate it again");
      }
    }
    return String.join(". ", parts);
  }
}
