package dev.e2ee.cli.custody;

import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyException;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyState;
import java.util.List;
import java.util.OptionalInt;

/**
 * What the run has left in the user's store. A store deletes no key, so the older generations are
 * retired, and the others named.
 *
 * @param prefix with which their names begin; empty when nothing was made in it
 * @param keys generations; empty when the store did not tell
 */
record Leftovers(String prefix, OptionalInt keys) {
  static final Leftovers NONE = new Leftovers("", OptionalInt.of(0));

  private static final String RECIPE =
      "testvectors/tck/README.md, 'Deleting the keys of a run in a token'";

  /** Retires what can be retired. */
  static Leftovers tidied(CustodyUri uri, KeptSecret secret, String prefix, AuditSink audit) {
    try (KeyCustody custody = Preflight.unlocked(uri, secret, audit)) {
      List<KeyDescription> ours =
          custody.list().stream().filter(key -> key.name().startsWith(prefix)).toList();
      for (KeyDescription key : ours) {
        if (key.state() == KeyState.OLD) {
          custody.retire(key.id());
        }
      }
      return new Leftovers(prefix, OptionalInt.of(ours.size()));
    } catch (CustodyException e) { // the run has its result all the same
      return new Leftovers(prefix, OptionalInt.empty());
    }
  }

  /** For a person. */
  String text() {
    if (prefix.isEmpty()) {
      return "Your own file was not touched: copies were tested, and are deleted.";
    }
    return keys.equals(OptionalInt.of(0))
        ? "Nothing was left in the store."
        : "Left in the store: "
            + fact()
            + " (e2ee key list; in a token their labels begin with 'e2ee:1:"
            + prefix
            + "'). Nothing else was touched. How to delete them: "
            + RECIPE
            + ".";
  }

  /** For a report. */
  String fact() {
    if (keys.isEmpty()) {
      return "not known, the store did not answer in the end; names begin with " + prefix;
    }
    return switch (keys.getAsInt()) {
      case 0 -> "no keys";
      case 1 -> "1 key, whose name begins with " + prefix;
      default -> keys.getAsInt() + " keys, whose names begin with " + prefix;
    };
  }
}
