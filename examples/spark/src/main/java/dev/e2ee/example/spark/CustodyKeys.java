package dev.e2ee.example.spark;

import dev.e2ee.rotation.KeyRing;
import dev.e2ee.spi.Custodies;
import dev.e2ee.spi.CustodyOptions;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.CustodyKey;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyState;
import java.security.InvalidKeyException;
import java.util.ArrayList;
import java.util.List;
import org.apache.spark.TaskContext;
import org.apache.spark.util.TaskCompletionListener;

/**
 * The keys of a rotation, opened where a task of Spark runs: the PRIMARY generation of a name is
 * the one to move to, its OLD ones are those to move from. What Spark sends to the executors are
 * the two texts; a secret in the URI is refused.
 *
 * @param uri of the store of keys, as an executor sees it
 * @param name of the key
 */
record CustodyKeys(String uri, String name) implements KeyRing.Source {
  /** Refuses what is no URI before a cluster is asked for anything. */
  CustodyKeys {
    CustodyUri unused = CustodyUri.parse(uri);
  }

  /** The store is closed when the task ends, fails or is killed. */
  @Override
  public KeyRing open() throws InvalidKeyException {
    KeyCustody custody =
        Custodies.installed().open(CustodyUri.parse(uri), CustodyOptions.defaults());
    TaskContext.get().addTaskCompletionListener((TaskCompletionListener) task -> custody.close());
    custody.unlock();
    List<CustodyKey> old = new ArrayList<>();
    for (KeyDescription key : custody.list()) {
      if (key.name().equals(name) && key.state() == KeyState.OLD) {
        old.add(custody.find(key.id()));
      }
    }
    return KeyRing.of(custody.find(name), old);
  }
}
