package dev.e2ee.benchmarks.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.List;
import org.junit.jupiter.api.Test;

class UnitsTest {
  @Test
  void bytesAreBinary() {
    assertEquals("64 B", Units.bytes(64));
    assertEquals("1 KiB", Units.bytes(1024));
    assertEquals("16 KiB", Units.bytes(16_384));
    assertEquals("1.50 GiB", Units.bytes(1.5 * (1 << 30)));
    assertEquals("10 GiB", Units.bytes(10L << 30));
  }

  @Test
  void sizesAreRead() {
    assertEquals(64, Units.parseBytes("64"));
    assertEquals(1024, Units.parseBytes("1k"));
    assertEquals(1024, Units.parseBytes("1 KiB"));
    assertEquals(64 << 20, Units.parseBytes("64M"));
    assertEquals(10L << 30, Units.parseBytes("10g"));
    for (String wrong : List.of("", "k", "-1", "1.5g", "1t")) {
      assertThrows(IllegalArgumentException.class, () -> Units.parseBytes(wrong), wrong);
    }
  }

  @Test
  void numbersHaveThreeDigits() {
    assertEquals("412,000", Units.perSecond(412_345));
    assertEquals("1,230", Units.perSecond(1_234));
    assertEquals("988", Units.perSecond(987.6));
    assertEquals("31.4", Units.perSecond(31.41));
    assertEquals("4.20 GB/s", Units.speed(4.2e9));
    assertEquals("850 MB/s", Units.speed(8.5e8));
    assertEquals("1.25 s", Units.seconds(1.25));
    assertEquals("48.7 ms", Units.seconds(0.04871));
    assertEquals("1.40", Units.ratio(1.4));
  }
}
