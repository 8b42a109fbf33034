package dev.e2ee.benchmarks.jmh;

import dev.e2ee.rotation.RecordStore;
import dev.e2ee.rotation.StoredRecord;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * What a directory of records does, in memory: reads copy, a replacement compares the bytes. So
 * that a rotation is measured, and not a disk.
 */
final class TwinStore implements RecordStore {
  private final Map<String, byte[]> records = new ConcurrentHashMap<>();
  private final NavigableSet<String> ids = new ConcurrentSkipListSet<>();

  /** Puts all records back to what they were. */
  void reset(Map<String, byte[]> to) {
    records.putAll(to);
    ids.addAll(to.keySet());
  }

  @Override
  public String name() {
    return "memory";
  }

  @Override
  public Mark mark() {
    return Mark.PAST;
  }

  @Override
  public Ids idsAfter(@Nullable String after) {
    return new Ids() {
      private @Nullable String last = after;

      @Override
      public List<String> next(int most) {
        List<String> page = new ArrayList<>(most);
        for (String id : last == null ? ids : ids.tailSet(last, false)) {
          if (page.size() == most) {
            break;
          }
          page.add(id);
        }
        last = page.isEmpty() ? last : page.get(page.size() - 1);
        return page;
      }

      @Override
      public void close() {}
    };
  }

  @Override
  public Optional<StoredRecord> read(String id) {
    byte[] bytes = records.get(id);
    return bytes == null ? Optional.empty() : Optional.of(new StoredRecord(bytes.clone(), bytes));
  }

  @Override
  public boolean replace(String id, StoredRecord expected, byte[] fresh) {
    byte[] now = records.get(id);
    return now != null
        && Arrays.equals(now, expected.bytes())
        && records.replace(id, now, fresh.clone()); // fails when it is another array by now
  }
}
