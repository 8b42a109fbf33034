package dev.e2ee.cli.custody;

import dev.e2ee.spi.AuditSink;
import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import dev.e2ee.spi.key.KeyDescription;
import dev.e2ee.spi.key.KeyState;
import java.util.List;

/**
 * What the run has left in the user's store. A store deletes no key, so the older generations are
 * retired, and the others named.
 *
 * @param prefix with which their names begin; empty when nothing was made in it
 * @param keys generations
 */
record Leftovers(String prefix, int keys) {
  static final Leftovers NONE = new Leftovers("", 0);

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
      return new Leftovers(prefix, ours.size());
    }
  }

  /** For a person. */
  String text() {
    if (prefix.isEmpty()) {
      return "Your own file was not touched: copies were tested, and are deleted.";
    }
    return keys == 0
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
    return switch (keys) {
      case 0 -> "no keys";
      case 1 -> "1 key, whose name begins with " + prefix;
      default -> keys + " keys, whose names begin with " + prefix;
    };
  }
}
