package dev.e2ee.custody.pkcs11.internal.wrapper;

import com.sun.jna.Function;
import dev.e2ee.custody.pkcs11.internal.wrapper.DirectCalls.Operation;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** The functions of a module that exports no more than the list of them, as NSS does. */
final class ListedCalls implements ModuleCalls {
  /** Held, as it holds the library. */
  @SuppressWarnings("unused")
  private final DirectFunctions functions;

  private final Map<Operation, Function> starts = new EnumMap<>(Operation.class);
  private final Map<Operation, Function> works = new EnumMap<>(Operation.class);

  ListedCalls(DirectFunctions functions) {
    this.functions = functions;
    for (Operation operation : Operation.values()) {
      starts.put(operation, functions.at(operation.startAt()));
      works.put(operation, functions.at(operation.startAt() + 1));
    }
  }

  @Override
  public long start(Operation operation, long session, long mechanism, long key) {
    return call(starts, operation, session, mechanism, key);
  }

  @Override
  public long work(
      Operation operation, long session, long in, long inLength, long out, long outLengthAt) {
    return call(works, operation, session, in, inLength, out, outLengthAt);
  }

  private static long call(
      Map<Operation, Function> functions, Operation operation, Object... arguments) {
    return Objects.requireNonNull(functions.get(operation)).invokeLong(arguments);
  }
}
