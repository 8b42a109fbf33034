package dev.e2ee.benchmarks.jmh;

import dev.e2ee.envelope.DekWrapParameterSpec;
import dev.e2ee.envelope.Envelope;
import dev.e2ee.envelope.RecordContext;
import dev.e2ee.key.UserMasterKey;
import dev.e2ee.provider.E2eeProvider;
import dev.e2ee.rotation.KeyRing;
import dev.e2ee.rotation.RecordFunction;
import dev.e2ee.rotation.Rotation;
import dev.e2ee.rotation.SealedKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.crypto.Cipher;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** Records moved to another key: by a rotation, and by no more than its unwrap and wrap. */
public class RotationBenchmark {
  /** The records of one call. */
  static final int RECORDS = 4096;

  private static final int WRAP_OFFSET = 31;
  private static final int WRAP = 60;

  /** Moves all records once. */
  private interface Mover {
    Object moveAll() throws GeneralSecurityException, IOException, InterruptedException;
  }

  private static UserMasterKey key(int number) {
    byte[] bytes = new byte[UserMasterKey.LENGTH];
    Arrays.fill(bytes, (byte) number);
    return UserMasterKey.of(bytes);
  }

  private static KeyRing ring() throws GeneralSecurityException {
    return KeyRing.of(key(2), List.of(key(1)));
  }

  private static RecordContext context(String id) {
    return RecordContext.of("ann", "note", id);
  }

  /** The records, sealed under the old key. */
  @SuppressWarnings("NullAway.Init") // JMH sets the parameters, then calls what is marked @Setup
  @State(Scope.Thread)
  public static class Records {
    /** What moves them. */
    @Param({"rotation", "rewrap", "dek-wrap"})
    public String implementation;

    /** Bytes of plaintext. */
    @Param("1024")
    public int size;

    /** How many threads a rotation has; the others have the one that calls them. */
    @Param("1")
    public int threads;

    private final Map<String, byte[]> old = new LinkedHashMap<>();
    private final TwinStore store = new TwinStore();
    private Path folder;
    private Mover mover;

    /** Seals them. */
    @Setup
    public void start() throws GeneralSecurityException, IOException, InterruptedException {
      folder = Files.createTempDirectory("e2ee-rotation-");
      try (Envelope envelope = Envelope.with(key(1))) {
        for (int i = 0; i < RECORDS; i++) {
          old.put("r" + i, envelope.seal(new byte[size], context("r" + i)));
        }
      }
      mover = mover();
    }

    private Mover mover() throws GeneralSecurityException, IOException {
      return switch (implementation) {
        case "rotation" -> rotation();
        case "rewrap" -> rewrap();
        case "dek-wrap" -> dekWrap();
        default -> throw new IllegalArgumentException("nothing moves by " + implementation);
      };
    }

    /** One pass, which moves; the one that decides only opens. */
    private Mover rotation() throws GeneralSecurityException, IOException {
      SealedKeys sealed = SealedKeys.at(folder.resolve("old.keys"));
      sealed.write(key(2), List.of(key(1)));
      Rotation rotation =
          Rotation.of(
                  store,
                  RecordFunction.rewrapping(RotationBenchmark::ring, RotationBenchmark::context))
              .withSealedKeys(sealed)
              .withThreads(threads)
              .withPasses(1);
      return () -> {
        long moved = rotation.run().moved();
        if (moved != RECORDS) {
          throw new IllegalStateException("moved " + moved + " of " + RECORDS);
        }
        return moved;
      };
    }

    private Mover rewrap() throws GeneralSecurityException {
      Envelope envelope = Envelope.with(key(1));
      UserMasterKey to = key(2);
      return () -> {
        byte[] last = {};
        for (var record : old.entrySet()) {
          last = envelope.rewrap(record.getValue(), to, context(record.getKey()));
        }
        return last;
      };
    }

    private Mover dekWrap() throws GeneralSecurityException {
      E2eeProvider provider = new E2eeProvider();
      Cipher unwrapping = Cipher.getInstance("E2EE-DekWrap", provider);
      Cipher wrapping = Cipher.getInstance("E2EE-DekWrap", provider);
      UserMasterKey from = key(1);
      UserMasterKey to = key(2);
      return () -> {
        byte[] last = {};
        for (var record : old.entrySet()) {
          var spec = new DekWrapParameterSpec(context(record.getKey()));
          byte[] wrap = Arrays.copyOfRange(record.getValue(), WRAP_OFFSET, WRAP_OFFSET + WRAP);
          unwrapping.init(Cipher.UNWRAP_MODE, from, spec);
          Key dek = unwrapping.unwrap(wrap, "E2EE-DEK", Cipher.SECRET_KEY);
          wrapping.init(Cipher.WRAP_MODE, to, spec);
          last = wrapping.wrap(dek);
        }
        return last;
      };
    }

    /** Before each call: not measured. */
    @Setup(Level.Invocation)
    public void restore() {
      store.reset(old);
    }

    /** Deletes the sealed keys. */
    @TearDown
    public void remove() throws IOException {
      for (String file : List.of("old.keys", "old.keys.lock")) {
        Files.deleteIfExists(folder.resolve(file));
      }
      Files.delete(folder);
    }
  }

  /** All records moved. */
  @Benchmark
  @OperationsPerInvocation(RECORDS)
  public Object rotate(Records records)
      throws GeneralSecurityException, IOException, InterruptedException {
    return records.mover.moveAll();
  }
}
