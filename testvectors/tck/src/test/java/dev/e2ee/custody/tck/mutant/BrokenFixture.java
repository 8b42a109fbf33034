package dev.e2ee.custody.tck.mutant;

import dev.e2ee.custody.tck.CustodyFixture;
import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.TestedStore;
import dev.e2ee.spi.CustodyProvider;
import java.io.IOException;
import java.util.Map;
import java.util.Set;

/** A broken back end whose author declares what takes time. */
record BrokenFixture(MutantFixture inner) implements CustodyFixture {
  /** 39 points, of which six need what is declared. */
  static final int TRIED = 33;

  @Override
  public String name() {
    return inner.name();
  }

  @Override
  public Class<? extends CustodyProvider> provider() {
    return inner.provider();
  }

  @Override
  public TestedStore newStore(Set<Fault> needs) throws IOException, InterruptedException {
    return inner.newStore(needs);
  }

  @Override
  public Map<Fault, String> notProduced() {
    String reason = "<no \"server\" here>";
    return Map.of(Fault.FREEZE, reason, Fault.LOSS, reason, Fault.SECOND_PROCESS, reason);
  }
}
