package dev.e2ee.cli.demo;

import dev.e2ee.cli.io.Exit;
import dev.e2ee.cli.io.Failure;
import dev.e2ee.cli.io.Results;
import dev.e2ee.cli.io.Surroundings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Tells what happens, step by step, as it happens; or all of it at the end as JSON. */
final class Story {
  private final Surroundings surroundings;
  private final Results results;
  private final List<Map<String, Object>> steps = new ArrayList<>();
  private List<String> lines = new ArrayList<>();

  Story(Surroundings surroundings, Results results) {
    this.surroundings = surroundings;
    this.results = results;
  }

  /** Begins a step. */
  void step(String title) {
    lines = new ArrayList<>();
    Map<String, Object> step = new LinkedHashMap<>();
    step.put("step", steps.size() + 1);
    step.put("title", title);
    step.put("happened", lines);
    steps.add(step);
    if (!results.json()) {
      surroundings.out().println();
      surroundings.out().println(steps.size() + ". " + title);
    }
  }

  /** Says what happened in it. */
  void say(String line) {
    lines.add(line);
    if (!results.json()) {
      surroundings.out().println("   " + line);
    }
  }

  /** Stops the demonstration when something is not as it must be. */
  void insist(boolean holds, String claim) {
    if (!holds) {
      throw new Failure(
          Exit.BUG, "the demonstration failed: " + claim + " does not hold", "Please report it.");
    }
  }

  /** Prints the whole, where that was asked for. */
  void end() {
    results.print(() -> steps, () -> "");
  }
}
