package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.checkpoint.files.Volumes;
import org.livemigrate.agent.runtime.Delay;
import org.livemigrate.agent.runtime.ModelledRuntime;
import org.livemigrate.protocol.container.ContainerFacts;

class CopiedVolumesTest {

    @TempDir
    Path here;

    private Path place;
    private ContainerFacts container;
    private CopiedVolumes volumes;

    @BeforeEach
    void makeHost() throws IOException {
        here = here.toRealPath();
        place = here.resolve("srv/data of one");
        container = mounting(place);
        Files.createDirectories(here.resolve("proc/self"));
        mounts("/");
        volumes = new CopiedVolumes(
                new ModelledRuntime("node1", Clock.systemUTC(), Delay.REAL), here.resolve("marks"), here);
    }

    private void mounts(String... at) throws IOException {
        StringBuilder lines = new StringBuilder();
        for (String mount : at) {
            lines.append("36 35 98:0 /mnt1 ")
                    .append(mount.replace(" ", "\\040"))
                    .append(" rw,noatime master:1 - ext3 /dev/root rw\n");
        }
        Files.writeString(here.resolve("proc/self/mountinfo"), lines, StandardCharsets.UTF_8);
    }

    private static ContainerFacts mounting(Path path) {
        return mounting("c1", path);
    }

    private static ContainerFacts mounting(String id, Path path) {
        return new ContainerFacts(
                id,
                "web",
                "i",
                "i",
                "running",
                1,
                null,
                0,
                0,
                null,
                "none",
                List.of("bind " + path + " on /data"),
                Map.of(Volumes.LABEL, "copied"),
                null);
    }

    private void hasFile(String name) throws IOException {
        Files.createDirectories(place);
        Files.writeString(place.resolve(name), "data");
    }

    @Test
    void theyComeWhereNothingIs() throws IOException {
        assertThat(volumes.objectionHere(container)).isEmpty();
        volumes.makeRoom(container);
        assertThat(place).isEmptyDirectory();
        assertThat(volumes.objectionHere(container)).isEmpty();
    }

    @Test
    void whatIsSomebodysIsNotEmptied() throws IOException {
        hasFile("precious");
        assertThat(volumes.objectionHere(container))
                .hasValueSatisfying(why -> assertThat(why).contains(place + "", "is not empty on this host"));
        assertThatThrownBy(() -> volumes.makeRoom(container)).isInstanceOf(IOException.class);
        assertThat(place.resolve("precious")).exists();
    }

    @Test
    void whatTheContainerHasLeftIsWrittenOverWhenItComesBackAndNotWhenItLivesThere() throws IOException {
        hasFile("old");
        volumes.markOld(container);
        assertThat(place.resolve("old")).exists();
        volumes.makeRoom(container);
        assertThat(place).isEmptyDirectory();
        volumes.own(container);
        hasFile("new");
        assertThat(volumes.objectionHere(container)).isPresent();
        assertThatThrownBy(() -> volumes.makeRoom(container)).isInstanceOf(IOException.class);
        assertThat(place.resolve("new")).exists();
    }

    @Test
    void anOldCopyThatSomebodyHasChangedSinceIsTheirs() throws Exception {
        hasFile("old");
        volumes.markOld(container);
        assertThat(volumes.objectionHere(container)).isEmpty();
        Files.setPosixFilePermissions(place.resolve("old"), PosixFilePermissions.fromString("rw-------"));
        assertThat(volumes.objectionHere(container))
                .hasValueSatisfying(why -> assertThat(why).contains("somebody has changed since"));
    }

    @Test
    void behindALinkTheyAreWhatItLeadsTo() throws IOException {
        Path real = Files.createDirectories(here.resolve("mnt/real"));
        Files.writeString(real.resolve("old"), "data");
        Files.createDirectories(place.getParent());
        Files.createSymbolicLink(place, real);
        volumes.markOld(container);
        assertThat(volumes.objectionHere(container)).isEmpty();
        Files.writeString(real.resolve("somebody's"), "data");
        assertThat(volumes.objectionHere(container))
                .hasValueSatisfying(why -> assertThat(why).contains("somebody has changed since"));
    }

    @Test
    void whatCameForOneThatDidNotStayIsOldAndWhatDidNotComeIsNot() throws IOException {
        volumes.makeRoom(container);
        hasFile("came");
        volumes.giveUp(container);
        volumes.makeRoom(container);
        hasFile("came again");
        volumes.own(container);
        volumes.giveUp(container);
        assertThat(volumes.objectionHere(container)).isEmpty();
        // another that is refused, and then abandoned
        ContainerFacts other = mounting("c2", place);
        assertThatThrownBy(() -> volumes.makeRoom(other)).isInstanceOf(IOException.class);
        volumes.giveUp(other);
        assertThat(volumes.objectionHere(other)).isPresent();
    }

    @Test
    void theMarkIsOfThatDirectoryAlone() throws IOException {
        volumes.markOld(mounting(here.resolve("srv/other")));
        hasFile("precious");
        assertThat(volumes.objectionHere(container)).isPresent();
    }

    @Test
    void anotherFileSystemBelowIsNeitherCopiedNorEmptied() throws IOException {
        hasFile("old");
        volumes.markOld(container);
        mounts("/", place.toString(), here.resolve("srv/data of one more").toString());
        assertThat(volumes.objection(container)).isEmpty();
        mounts("/", place + "/sharéd files");
        assertThat(volumes.objection(container))
                .hasValueSatisfying(why -> assertThat(why).contains("has another file system in it"));
        assertThatThrownBy(() -> volumes.makeRoom(container)).isInstanceOf(IOException.class);
        assertThat(place.resolve("old")).exists();
    }

    @Test
    void aFileIsNoDirectory() throws IOException {
        Files.createDirectories(place.getParent());
        Files.writeString(place, "a file");
        assertThat(volumes.objection(container))
                .hasValueSatisfying(why -> assertThat(why).contains("is no directory"));
    }
}
