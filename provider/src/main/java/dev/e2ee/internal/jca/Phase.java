package dev.e2ee.internal.jca;

import dev.e2ee.envelope.EnvelopeParameterSpec;
import dev.e2ee.envelope.Suite;
import dev.e2ee.internal.core.MasterKey;
import dev.e2ee.internal.format.ContextBinding;
import dev.e2ee.internal.format.EnvelopeHeader;
import java.io.ByteArrayOutputStream;
import java.util.Optional;

/** Where an {@code E2EE-Envelope} cipher is in its life. */
sealed interface Phase {
  /** The phase as one that takes AAD. */
  default Collecting forAad() {
    return forInput();
  }

  /**
   * The phase as one that takes input.
   *
   * @throws IllegalStateException when it takes none, saying what to do
   */
  Collecting forInput();

  /** Wipes what the phase holds; it is not used again. */
  default void retire() {}

  /** What {@code init} was given. */
  record Session(boolean sealing, MasterKey umk, EnvelopeParameterSpec spec) {
    Collecting start() {
      return new Collecting(this, new ByteArrayOutputStream(), new InputBuffer(inputLimit()));
    }

    private int inputLimit() {
      if (!sealing) {
        return EnvelopeHeader.MAX_ENVELOPE;
      }
      // [envelope-28]
      return spec.suite().equals(Optional.of(Suite.AES_256_GCM))
          ? EnvelopeHeader.MAX_PLAINTEXT
          : EnvelopeHeader.MAX_PLAINTEXT_UNFORCED;
    }
  }

  /** No {@code init} yet. */
  record Uninitialised() implements Phase {
    @Override
    public Collecting forInput() {
      throw new IllegalStateException("call init first");
    }
  }

  /** Takes AAD, until there is input, and input. */
  record Collecting(Session session, ByteArrayOutputStream aad, InputBuffer input)
      implements Phase {
    @Override
    public Collecting forInput() {
      return this;
    }

    ContextBinding binding() {
      return session
          .spec
          .context()
          .map(ContextBinding::of)
          .orElseGet(() -> ContextBinding.ofRawAad(aad.toByteArray()));
    }

    /** What comes after a record was sealed or opened. */
    Phase next() {
      input.wipe();
      return session.sealing && aad.size() > 0 ? new NeedsAad(session) : session.start();
    }

    @Override
    public void retire() {
      input.wipe();
      session.umk.close();
    }
  }

  /**
   * A record was sealed with AAD from {@code updateAAD}: the next one must get its own, lest it be
   * bound to nothing by oversight.
   */
  record NeedsAad(Session session) implements Phase {
    @Override
    public Collecting forAad() {
      return session.start();
    }

    @Override
    public Collecting forInput() {
      throw new IllegalStateException(
          "the last record was sealed with AAD: give the next one's with updateAAD, or call init");
    }

    @Override
    public void retire() {
      session.umk.close();
    }
  }

  /** Something was refused: only {@code init} leads on. */
  record Failed(String why) implements Phase {
    @Override
    public Collecting forInput() {
      throw new IllegalStateException(why + "; call init to go on");
    }
  }
}
