package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.json.ProblemException;

class PackedDumpTest {

    @TempDir
    Path folder;

    private LiveImages images;
    private Path local;

    @BeforeEach
    void someImages() throws IOException {
        images = new LiveImages(Files.createDirectory(folder.resolve("images")));
        local = Files.createDirectory(folder.resolve("local"));
    }

    private Path written(Path directory, String name, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(bytes).nextBytes(content);
        return Files.write(directory.resolve(name), content);
    }

    @Test
    void whatIsUnpackedIsWhatWasPackedAndHangsOnTheSameParent() throws IOException {
        Path core = written(local, "core-1.img", 700);
        Path pages = written(local, "pages-1.img", 3_000_000);
        Files.createSymbolicLink(local.resolve("parent"), Path.of("../images/pre-1"));
        Files.createDirectory(images.preDump(1));
        List<String> written = PackedDump.pack(local, images);
        assertThat(images.lastFiles())
                .containsExactly("final.zip", "final/pages-1.img")
                .isEqualTo(written);
        Path there = Files.createDirectory(folder.resolve("there"));
        PackedDump.unpack(images, there);
        assertThat(there.resolve("core-1.img")).hasSameBinaryContentAs(core);
        assertThat(there.resolve("pages-1.img")).isSymbolicLink().hasSameBinaryContentAs(pages);
        LiveImagesTest.assertHangsOn(images.preDump(1), there);
    }

    @Test
    void aDamagedOneIsNotUnpacked() throws IOException {
        written(local, "core-1.img", 200_000);
        PackedDump.pack(local, images);
        byte[] bytes = Files.readAllBytes(images.packed());
        bytes[100_000] ^= 1;
        Files.write(images.packed(), bytes);
        assertThatThrownBy(() -> PackedDump.unpack(images, Files.createDirectory(folder.resolve("there"))))
                .isInstanceOf(ZipException.class);
    }

    private void packByHand(String name, String content) throws IOException {
        try (OutputStream file = Files.newOutputStream(images.packed());
                ZipOutputStream zip = new ZipOutputStream(file)) {
            zip.putNextEntry(new ZipEntry(name));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Test
    void noNameLeadsOutOfTheDirectoryAndNoLinkOutOfTheImages() throws IOException {
        Path there = Files.createDirectory(folder.resolve("there"));
        packByHand("../out", "");
        assertThatThrownBy(() -> PackedDump.unpack(images, there))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("../out");
        assertThat(folder.resolve("out")).doesNotExist();
        for (String links : List.of("parent ../local", "../out pre-1", "parent")) {
            packByHand("links", links);
            assertThatThrownBy(() -> PackedDump.unpack(images, there)).as(links).isNotNull();
            assertThat(there).isEmptyDirectory();
        }
    }

    @Test
    void runcFindsTheParentFromWhereverTheDumpIs() throws IOException {
        Files.createDirectory(images.preDump(1));
        assertThat(images.parentOfLast(LiveImages.make(images.last()))).containsExactly("--parent-path", "../pre-1");
        assertThat(images.parentOfLast(local)).containsExactly("--parent-path", "../images/pre-1");
    }
}
