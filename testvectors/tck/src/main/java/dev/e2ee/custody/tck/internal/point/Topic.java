package dev.e2ee.custody.tck.internal.point;

import dev.e2ee.custody.tck.Fault;
import dev.e2ee.custody.tck.Point;
import dev.e2ee.custody.tck.internal.ground.Body;
import dev.e2ee.custody.tck.internal.ground.Trial;
import java.util.Set;

/** What some points have in common. */
record Topic(String title) {
  /** A point of it that needs no fault. */
  Trial point(String id, String title, Body body) {
    return point(id, title, Set.of(), body);
  }

  /** A point of it. */
  Trial point(String id, String title, Set<Fault> needs, Body body) {
    return new Trial(new Point(id, title, this.title, needs), body);
  }
}
