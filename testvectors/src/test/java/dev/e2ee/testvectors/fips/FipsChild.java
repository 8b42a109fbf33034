package dev.e2ee.testvectors.fips;

import java.security.Security;
import java.util.Map;

/**
 * A program in a JVM that is approved-only, with E2EE over the engine {@code fips}: does each thing
 * of {@link FipsActions} and prints what came of it, a line each.
 */
public final class FipsChild {
  private FipsChild() {}

  /** Without the JDK's ciphers and curves, so that nothing else can compute. */
  public static void main(String[] arguments) {
    Security.removeProvider("SunEC");
    Security.removeProvider("SunJCE");
    FipsActions actions = new FipsActions(Map.of("suite1", arguments[0], "suite2", arguments[1]));
    Map<String, FipsActions.Action> all = actions.all();
    FipsStores.add(all);
    all.forEach((name, action) -> System.out.println(name + " = " + outcome(action)));
  }

  @SuppressWarnings("CatchingUnchecked") // an error that escapes is what is looked for
  private static String outcome(FipsActions.Action action) {
    try {
      return "gave " + action.run();
    } catch (Exception | Error e) {
      return "threw " + e.getClass().getSimpleName() + ": " + e.getMessage() + causes(e);
    }
  }

  private static String causes(Throwable thrown) {
    StringBuilder names = new StringBuilder();
    for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
      names.append(" < ").append(cause.getClass().getSimpleName());
    }
    return names.toString();
  }
}
