package dev.e2ee.provider.services;

import dev.e2ee.envelope.Envelope;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.spi.internal.engine.Engines;
import dev.e2ee.testing.Sample;
import java.security.GeneralSecurityException;
import java.security.Provider;
import java.security.ProviderException;
import java.security.Security;

/** A program that says which engine it was configured with, and that it works. */
public final class EngineChild {
  private EngineChild() {}

  /** Prints one line. */
  public static void main(String[] arguments) throws GeneralSecurityException {
    try {
      E2eeProvider provider = new E2eeProvider();
      byte[] sealed = Envelope.with(Sample.umk()).seal(new byte[3], Sample.context());
      byte[] opened = Envelope.with(Sample.umk(), provider).open(sealed, Sample.context());
      System.out.print(Engines.describe(provider.engine()));
      System.out.print(opened.length == 3 ? ", opened" : ", not opened");
      Provider registered = Security.getProvider("E2EE");
      if (registered instanceof E2eeProvider ours) {
        System.out.print(", registered over " + ours.engine().getName());
      }
    } catch (ProviderException e) {
      System.out.print(e.getMessage());
    }
  }
}
