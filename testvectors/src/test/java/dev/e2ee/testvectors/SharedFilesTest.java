package dev.e2ee.testvectors;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SharedFilesTest {
  private static final String WYCHEPROOF = "wycheproof/testvectors_v1/a.json";

  @TempDir Path temp;
  private Path project;

  @BeforeEach
  void makeProject() throws IOException {
    project = Files.createDirectories(temp.resolve("work/project"));
  }

  private Path put(String path) throws IOException {
    Path file = temp.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, "{}");
  }

  private SharedFiles files(Map<String, String> properties, Map<String, String> environment) {
    return new SharedFiles(properties::get, environment::get, project);
  }

  private String in(String folder) {
    return temp.resolve(folder).toString();
  }

  @Test
  void takesThePropertyFirstThenTheVariable() throws IOException {
    Path byProperty = put("one/interop/a.json");
    Path byVariable = put("two/interop/a.json");
    put("work/shared/interop/a.json");
    Map<String, String> variable = Map.of("E2EE_SHARED", in("two"));
    assertEquals(byProperty, files(Map.of("e2ee.shared", in("one")), variable).interop("a.json"));
    assertEquals(byVariable, files(Map.of(), variable).interop("a.json"));
  }

  @Test
  void takesTheSubmoduleBeforeTheFolderBeside() throws IOException {
    Path beside = put("work/shared/" + WYCHEPROOF);
    assertEquals(beside, files(Map.of(), Map.of()).wycheproof("a.json"));
    Path submodule = put("work/project/testvectors/" + WYCHEPROOF);
    assertEquals(submodule, files(Map.of(), Map.of()).wycheproof("a.json"));
  }

  @Test
  void findsWycheproofInTheSharedFolderToo() throws IOException {
    Path shared = put("one/" + WYCHEPROOF);
    Path own = put("two/testvectors_v1/a.json");
    Map<String, String> property = Map.of("e2ee.shared", in("one"));
    assertEquals(shared, files(property, Map.of()).wycheproof("a.json"));
    assertEquals(own, files(property, Map.of("E2EE_WYCHEPROOF", in("two"))).wycheproof("a.json"));
  }

  @Test
  void doesNotFallBackFromAWrongSetting() throws IOException {
    put("work/shared/interop/a.json");
    SharedFiles files = files(Map.of("e2ee.shared", in("nowhere")), Map.of());
    assertThrows(IllegalStateException.class, () -> files.interop("a.json"));
  }

  @Test
  void saysWhatToDoWhenThereIsNone() {
    SharedFiles files = files(Map.of(), Map.of());
    var wycheproof =
        assertThrows(IllegalStateException.class, () -> files.wycheproof("a.json")).getMessage();
    assertTrue(wycheproof.contains("E2EE_WYCHEPROOF"), wycheproof);
    assertTrue(wycheproof.contains("clone Project Wycheproof"), wycheproof);
    var interop =
        assertThrows(IllegalStateException.class, () -> files.interop("a.json")).getMessage();
    assertTrue(interop.contains("-De2ee.shared"), interop);
  }

  /** With the files of this machine: the build is incomplete without them. */
  @Test
  void findsTheFilesThatTheTestsNeed() {
    SharedFiles files = SharedFiles.ofThisProject();
    assertTrue(Files.isRegularFile(files.interop("noncommitting.json")));
    assertTrue(Files.isRegularFile(files.wycheproof("aes_gcm_test.json")));
  }
}
