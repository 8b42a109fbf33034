package dev.e2ee.custody.tck.mutant;

import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.custody.tck.example.ExampleStore;
import dev.e2ee.spi.CustodyProvider;
import java.io.IOException;
import java.util.Set;

/** The fixture of a broken back end. */
record MutantFixture(Mutation mutation) implements CustodyFixture {
  @Override
  public String name() {
    return "Example that " + mutation;
  }

  @Override
  public Class<? extends CustodyProvider> provider() {
    return MutantProvider.class;
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) throws IOException {
    return ExampleStore.make("." + mutation);
  }
}
