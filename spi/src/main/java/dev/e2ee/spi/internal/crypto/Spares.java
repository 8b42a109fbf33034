package dev.e2ee.spi.internal.crypto;

import java.lang.ref.WeakReference;
import java.security.GeneralSecurityException;
import java.util.function.Consumer;

/**
 * Ciphers of the engine between two keys. They still hold the last key until the next one
 * overwrites it: used again and again, they leave one key in memory, and thrown away each time they
 * would leave every key in garbage. Only weak references lead to them, so what is reachable holds
 * none. Safe for use by many threads.
 */
final class Spares<T> {
  private final IdlePool<WeakReference<T>> idle = new IdlePool<>();
  private final Source<T> source;
  private final Consumer<T> wipe;

  /** Makes a new one. */
  interface Source<T> {
    T make() throws GeneralSecurityException;
  }

  /**
   * None at first.
   *
   * @param wipe overwrites the last key in one that is not used again
   */
  Spares(Source<T> source, Consumer<T> wipe) {
    this.source = source;
    this.wipe = wipe;
  }

  /** One that is the caller's alone, to be initialised. */
  T take() throws GeneralSecurityException {
    WeakReference<T> found = idle.take();
    T spare = found == null ? null : found.get();
    return spare == null ? source.make() : spare;
  }

  /** Keeps one that did its work; the caller must not use it any more. */
  void give(T spare) {
    if (!idle.give(new WeakReference<>(spare))) {
      wipe.accept(spare);
    }
  }

  /** Overwrites the key in each, and lets go of them. */
  void wipe() {
    for (WeakReference<T> next = idle.take(); next != null; next = idle.take()) {
      T spare = next.get();
      if (spare != null) {
        wipe.accept(spare);
      }
    }
  }
}
