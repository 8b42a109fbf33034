package dev.e2ee.cli.rewrap;

import dev.e2ee.cli.envelope.Binding;
import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.PendingFile;
import dev.e2ee.cli.store.Store;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.EnvelopeInputStream;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyId;
import dev.e2ee.spi.key.KeyState;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import javax.crypto.AEADBadTagException;
import org.jspecify.annotations.Nullable;

/** Moves envelopes from the keys of one store to the PRIMARY keys of another or the same. */
final class Rewrapper {
  /** What became of a file. */
  enum Outcome {
    REWRAPPED,
    CURRENT
  }

  private final Store from;
  private final Store to;
  private final @Nullable String targetName;
  private final boolean dryRun;
  private final Map<KeyId, CustodyKey> sources = new HashMap<>();
  private final Map<KeyId, Boolean> current = new HashMap<>();
  private final Map<String, CustodyKey> targets = new HashMap<>();

  /**
   * Between two unlocked stores.
   *
   * @param targetName the key to move to; null for the one of the same name
   * @param dryRun to open everything and write nothing
   * @throws Failure CUSTODY when there is no such key to move to
   */
  Rewrapper(Store from, Store to, @Nullable String targetName, boolean dryRun) {
    this.from = from;
    this.to = to;
    this.targetName = targetName;
    this.dryRun = dryRun;
    if (targetName != null) {
      targets.put(targetName, to.primary(targetName));
    }
  }

  /** Re-wraps one file in place, or leaves it exactly as it was. */
  Outcome rewrap(Path file, Binding binding) throws IOException, GeneralSecurityException {
    FileState before = FileState.of(file);
    byte[] old = Files.readAllBytes(file);
    KeyId id = Envelope.inspect(old).keyId();
    if (current.computeIfAbsent(id, this::isCurrent)) {
      if (dryRun) {
        try (Envelope envelope = Envelope.with(to.named(id))) {
          verify(envelope, binding, old);
        }
      }
      return Outcome.CURRENT;
    }
    CustodyKey source = sources.computeIfAbsent(id, from::named);
    String name = targetName == null ? source.description().name() : targetName;
    CustodyKey target = targets.computeIfAbsent(name, to::primary);
    try (Envelope envelope = Envelope.with(source)) {
      if (dryRun) {
        verify(envelope, binding, old);
      } else {
        byte[] fresh = binding.rewrap(envelope, old, target);
        try (Envelope again = Envelope.with(target)) {
          verify(again, binding, fresh);
        }
        replace(file, before, fresh);
      }
    }
    return Outcome.REWRAPPED;
  }

  /** Whether this is already the id of a key to move to. */
  private boolean isCurrent(KeyId id) {
    return found(id)
        .map(CustodyKey::description)
        .filter(key -> key.state() == KeyState.PRIMARY)
        .filter(key -> targetName == null || targetName.equals(key.name()))
        .isPresent();
  }

  private Optional<CustodyKey> found(KeyId id) {
    try {
      return Optional.of(to.custody().find(id));
    } catch (CustodyException e) {
      if (e.kind() == CustodyException.Kind.MISSING) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private static void verify(Envelope envelope, Binding binding, byte[] sealed)
      throws IOException, AEADBadTagException {
    try (EnvelopeInputStream opening =
        binding.opening(envelope, new ByteArrayInputStream(sealed))) {
      opening.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      if (e.getCause() instanceof AEADBadTagException refused) {
        throw refused;
      }
      throw e;
    }
  }

  private static void replace(Path file, FileState before, byte[] content) throws IOException {
    try (PendingFile pending = PendingFile.write(PendingFile.parentOf(file), content)) {
      FileState.copyOwnership(file, pending.path());
      if (!FileState.of(file).equals(before)) {
        throw new Failure(
            Exit.IO, "the file was changed while it was re-wrapped; it was left as it is", "");
      }
      pending.replace(file);
    }
  }
}
