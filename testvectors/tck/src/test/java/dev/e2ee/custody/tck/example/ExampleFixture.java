package dev.e2ee.custody.tck.example;

import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.spi.CustodyProvider;
import java.io.IOException;
import java.util.Set;

/** What the author of the example gives to the TCK. */
public final class ExampleFixture implements CustodyFixture {
  /** For its contract. */
  public ExampleFixture() {}

  @Override
  public String name() {
    return "Example of a back end";
  }

  @Override
  public Class<? extends CustodyProvider> provider() {
    return ExampleProvider.class;
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) throws IOException {
    return ExampleStore.make("");
  }
}
