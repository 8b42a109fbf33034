package dev.e2ee.custody.keychain;

import static dev.e2ee.custody.keychain.Notes.OPTIONS;
import static dev.e2ee.custody.keychain.Notes.URI;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.e2ee.spi.CustodyUri;
import dev.e2ee.spi.KeyCustody;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of many who make one item at the same time one wins. */
@Tag("once")
class RaceTest {
  private static final int PROCESSES = 4;

  @TempDir private Path folder;

  @Test
  void ofThreadsAndProcesses() throws Exception {
    oneWins(16);
  }

  /** Threads of one process would keep the others away by being so many. */
  @Test
  void ofProcessesAlone() throws Exception {
    oneWins(0);
  }

  private void oneWins(int threads) throws Exception {
    try (Desktop desktop = Desktop.loggedIn()) {
      Map<CustodyUri, String> said = race(threads);
      assertEquals(threads + PROCESSES, said.size());
      assertEquals(1, Collections.frequency(said.values(), "MADE"), said::toString);
      assertEquals(
          said.size() - 1, Collections.frequency(said.values(), "CONFLICT"), said::toString);
      assertEquals(1, Desktop.items("notes", "ann"));
      for (CustodyUri uri : said.keySet()) {
        assertEquals(said.get(uri).equals("MADE"), Files.exists(Keychain.keyFile(uri)));
        if (said.get(uri).equals("MADE")) {
          try (KeyCustody custody = Keychain.open(uri, OPTIONS)) {
            custody.unlock();
          }
        }
      }
      assertTrue(desktop.keyringLives());
    }
  }

  /** What each says who makes it, once all are ready to. */
  private Map<CustodyUri, String> race(int threads) throws Exception {
    Map<CustodyUri, Process> processes = new HashMap<>();
    for (int i = 0; i < PROCESSES; i++) {
      CustodyUri uri = withAFileOfItsOwn(i);
      processes.put(uri, Application.start("race", uri, Map.of()));
    }
    CountDownLatch go = new CountDownLatch(1);
    Map<CustodyUri, String> said = new ConcurrentHashMap<>();
    List<Thread> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      CustodyUri uri = withAFileOfItsOwn(PROCESSES + i);
      Thread one =
          new Thread(
              () -> {
                try {
                  go.await();
                  said.put(uri, Application.create(uri));
                } catch (InterruptedException e) {
                  throw new IllegalStateException(e);
                }
              });
      one.start();
      all.add(one);
    }
    for (Process process : processes.values()) {
      Application.awaitReady(process);
    }
    for (Process process : processes.values()) {
      Application.go(process);
    }
    go.countDown();
    for (Thread one : all) {
      one.join();
    }
    for (CustodyUri uri : processes.keySet()) {
      said.put(uri, Application.said(processes.get(uri)));
    }
    return said;
  }

  /** Of one item, so that the lock of a common key file does not decide. */
  private CustodyUri withAFileOfItsOwn(int number) {
    return URI.withQuery("key-file", folder.resolve("keys-" + number).toString());
  }
}
