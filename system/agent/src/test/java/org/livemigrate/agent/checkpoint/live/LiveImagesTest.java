package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LiveImagesTest {

    @TempDir
    Path folder;

    @Test
    void aDumpInTheStoreIsReachedByLinksAndHangsOnTheSameParent() throws IOException {
        LiveImages images = new LiveImages(Files.createDirectory(folder.resolve("images")));
        Path local = Files.createDirectory(folder.resolve("local"));
        Files.createDirectory(images.preDump(2));
        LiveImages.make(images.last());
        Files.createSymbolicLink(images.last().resolve("parent"), Path.of("../pre-2"));
        Path pages = Files.write(images.last().resolve("pages-1.img"), new byte[] {1, 2, 3});
        List<String> names = images.lastFiles();
        assertThat(names).containsExactly("final/pages-1.img").allMatch(LiveImages::isOfLast);
        assertThat(LiveImages.isPacked(names)).isFalse();
        assertThat(LiveImages.isOfLast("pre-2/pages-1.img")).isFalse();
        images.linkLast(names, local);
        assertThat(local.resolve("pages-1.img")).isSymbolicLink().hasSameBinaryContentAs(pages);
        assertHangsOn(images.preDump(2), local);
    }

    /** Of a dump that CRIU restores from: its parent and its pages lie elsewhere. */
    static void assertHangsOn(Path parent, Path dump) throws IOException {
        assertThat(dump.resolve("parent").toRealPath()).isEqualTo(parent.toRealPath());
        for (String name : List.of("parent", "pages-1.img")) {
            assertThat(Files.readSymbolicLink(dump.resolve(name)))
                    .as("CRIU follows it from the container's root")
                    .isRelative();
        }
    }
}
