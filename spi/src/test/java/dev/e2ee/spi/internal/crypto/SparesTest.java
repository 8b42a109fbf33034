package dev.e2ee.spi.internal.crypto;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;

import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SparesTest {
  private final List<Object> wiped = new ArrayList<>();
  private final Spares<Object> spares = new Spares<>(Object::new, wiped::add);

  @Test
  void makesOneOnlyWhenNoneIsIdle() throws GeneralSecurityException {
    Object first = spares.take();
    assertNotSame(first, spares.take());
    spares.give(first);
    assertSame(first, spares.take());
    assertNotSame(first, spares.take());
  }

  @Test
  void wipesWhatIsIdleAndUsesItNoMore() throws GeneralSecurityException {
    Object first = spares.take();
    spares.give(first);
    assertEquals(List.of(), wiped);
    spares.wipe();
    assertEquals(List.of(first), wiped);
    assertNotSame(first, spares.take());
  }

  @Test
  void wipesWhatItHasNoRoomFor() {
    List<Object> given = new ArrayList<>();
    while (wiped.isEmpty()) {
      given.add(new Object());
      spares.give(given.get(given.size() - 1));
    }
    assertEquals(given.subList(given.size() - 1, given.size()), wiped);
    spares.wipe();
    assertEquals(Set.copyOf(given), Set.copyOf(wiped));
  }
}
