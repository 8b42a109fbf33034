package dev.e2ee.internal.jca;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.internal.core.EnvelopeCore;
import dev.e2ee.internal.core.EnvelopeOperation;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.core.OpeningOperation;
import dev.e2ee.internal.core.SealingOperation;
import dev.e2ee.internal.format.ContextBinding;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;

/** Where an {@code E2EE-Envelope} cipher is in its life. */
sealed interface Phase {
  /**
   * The phase as one that takes AAD.
   *
   * @throws IllegalStateException when it takes none, saying what to do
   */
  default TakesAad forAad() {
    forInput();
    throw new IllegalStateException("AAD comes before the first input");
  }

  /**
   * The phase as one that takes input.
   *
   * @throws IllegalStateException when it takes none, saying what to do
   */
  Working forInput();

  /** Wipes what the phase holds, its key too; it is not used again. */
  default void retire() {
    MasterKey umk = leave();
    if (umk != null) {
      umk.close();
    }
  }

  /** The same but for the key, where it has one; that is the caller's to close. */
  @Nullable MasterKey leave();

  /** What {@code init} was given. */
  record Session(EnvelopeCore core, boolean sealing, MasterKey umk, EnvelopeParameterSpec spec) {
    TakesAad start() {
      return new TakesAad(this, new ByteArrayOutputStream());
    }

    EnvelopeOperation operation(ContextBinding binding) {
      return sealing
          ? new SealingOperation(core, umk, binding, spec.suite().orElse(null), spec.parallelism())
          : new OpeningOperation(core, umk, binding, spec.minimumGeneration(), spec.parallelism());
    }
  }

  /** No {@code init} yet. */
  record Uninitialised() implements Phase {
    @Override
    public Working forInput() {
      throw new IllegalStateException("call init first");
    }

    @Override
    public @Nullable MasterKey leave() {
      return null;
    }
  }

  /** Takes AAD, until there is input. */
  record TakesAad(Session session, ByteArrayOutputStream aad) implements Phase {
    @Override
    public TakesAad forAad() {
      return this;
    }

    @Override
    public Working forInput() {
      ContextBinding binding =
          session
              .spec
              .context()
              .map(ContextBinding::of)
              .orElseGet(() -> ContextBinding.ofRawAad(aad.toByteArray()));
      return new Working(session, aad.size() > 0, session.operation(binding));
    }

    @Override
    public MasterKey leave() {
      return session.umk;
    }
  }

  /** Has taken input, and takes more. */
  record Working(Session session, boolean hadAad, EnvelopeOperation operation) implements Phase {
    @Override
    public Working forInput() {
      return this;
    }

    /** What comes after a record was sealed or opened. */
    Phase next() {
      operation.close();
      return session.sealing && hadAad ? new NeedsAad(session) : session.start();
    }

    @Override
    public MasterKey leave() {
      operation.close();
      return session.umk;
    }
  }

  /**
   * A record was sealed with AAD from {@code updateAAD}: the next one must get its own, lest it be
   * bound to nothing by oversight.
   */
  record NeedsAad(Session session) implements Phase {
    @Override
    public TakesAad forAad() {
      return session.start();
    }

    @Override
    public Working forInput() {
      throw new IllegalStateException(
          "the last record was sealed with AAD: give the next one's with updateAAD, or call init");
    }

    @Override
    public MasterKey leave() {
      return session.umk;
    }
  }

  /** Something was refused: only {@code init} leads on. */
  record Failed(String why) implements Phase {
    @Override
    public Working forInput() {
      throw new IllegalStateException(why + "; call init to go on");
    }

    @Override
    public @Nullable MasterKey leave() {
      return null;
    }
  }
}
