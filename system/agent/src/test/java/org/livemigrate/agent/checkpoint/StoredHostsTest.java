package org.livemigrate.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.runtime.RunsOnly;
import org.livemigrate.scheduler.guard.CapabilityMatch;

class StoredHostsTest {

    @TempDir
    Path store;

    private final Criu criu = new Criu();

    /** A CRIU for which two processors are the same when this says so. */
    private static final class Criu implements RunsOnly {
        private final List<String> asked = new ArrayList<>();
        private boolean same = true;

        @Override
        public Result run(Command command) throws IOException {
            List<String> words = command.arguments();
            assertThat(words).startsWith("criu", "cpuinfo");
            asked.add(words.get(2));
            if (words.get(2).equals("dump")) {
                Files.writeString(Path.of(words.get(4)).resolve("cpuinfo.img"), "a processor");
                return new Result(0, "", "", false, Duration.ZERO);
            }
            return same
                    ? new Result(0, "", "", false, Duration.ZERO)
                    : new Result(1, "", "Error: CPU capabilities do not match\n", false, Duration.ZERO);
        }
    }

    private StoredHosts host(String id) {
        return new StoredHosts(criu, store, id);
    }

    @Test
    void likeHostsHaveNoObjection() throws Exception {
        host("a").tell(Map.of(CapabilityMatch.KERNEL, "6.12.1"));
        host("b").tell(Map.of(CapabilityMatch.KERNEL, "6.12.9"));
        assertThat(host("b").objection("a")).isEmpty();
        assertThat(criu.asked).containsExactly("dump", "dump", "check");
    }

    @Test
    void whatTheSourceHasNotToldIsNoObjection() throws Exception {
        host("b").tell(Map.of(CapabilityMatch.KERNEL, "6.1"));
        assertThat(host("b").objection("a")).isEmpty();
    }

    @Test
    void agentsThatWriteImagesInAnotherWayAreTold() {
        host("old").tell(Map.of(CapabilityMatch.KERNEL, "6.12.1"));
        host("new").tell(Map.of(StoredHosts.IMAGES, StoredHosts.IMAGES_FORMAT));
        assertThat(host("a").imagesObjection("new")).isEmpty();
        assertThat(host("a").imagesObjection("silent")).isEmpty();
        assertThat(host("a").imagesObjection("old"))
                .hasValueSatisfying(why -> assertThat(why).contains("host old", "format 1"));
    }

    @Test
    void anOlderProgramIsNamed() throws Exception {
        host("a").tell(Map.of(CapabilityMatch.RUNC, "1.2.3"));
        host("b").tell(Map.of(CapabilityMatch.RUNC, "1.1.15"));
        assertThat(host("b").objection("a"))
                .hasValueSatisfying(why -> assertThat(why).contains("livemigrate.runc is 1.1.15, older than 1.2.3"));
        assertThat(host("a").objection("b")).as("the other way").isEmpty();
    }

    @Test
    void criusOwnWordAboutTheProcessorCounts() throws Exception {
        host("a").tell(Map.of());
        host("b").tell(Map.of());
        criu.same = false;
        assertThat(host("b").objection("a"))
                .hasValueSatisfying(why -> assertThat(why).contains("CPU capabilities do not match"));
    }

    @Test
    void aStoreThatTakesNothingCostsTheCheckAlone() throws Exception {
        Files.writeString(store.resolve("hosts"), "a file in its place");
        host("a").tell(Map.of());
        assertThat(host("b").objection("a")).isEmpty();
    }
}
