package org.livemigrate.agent.checkpoint.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.runtime.SystemProcessRunner;

/** An overlay as the kernel would show it, laid out by hand: mounting one takes root. */
class FileCarrierTest {

    /** Enough of them are carried early. */
    private static final int MEGABYTE = 1 << 20;

    @TempDir
    Path here;

    private Path lower;
    private Path upper;
    private Path merged;
    private Path shm;
    private Path store;
    private Path target;
    private Path targetShm;
    private final FileCarrier files = new FileCarrier(new SystemProcessRunner());

    @BeforeEach
    void layOut() throws IOException {
        for (String name : List.of("lower", "upper", "merged", "shm", "store", "target", "target-shm")) {
            Files.createDirectory(here.resolve(name));
        }
        lower = here.resolve("lower");
        upper = here.resolve("upper");
        merged = here.resolve("merged");
        shm = here.resolve("shm");
        store = here.resolve("store");
        target = here.resolve("target");
        targetShm = here.resolve("target-shm");
        // the image, which the target has too
        for (Path root : List.of(lower, target)) {
            write(root, "etc/kept", "image");
            write(root, "etc/changed", "image");
            write(root, "etc/deleted", "image");
            write(root, "etc/was-directory/inside", "image");
        }
        write(merged, "etc/kept", "image");
        for (Path root : List.of(upper, merged)) {
            write(root, "etc/changed", "container");
            write(root, "var/new file\nwith a line break", "container");
            write(root, "etc/was-directory", "a file now");
            Files.setPosixFilePermissions(root.resolve("etc/changed"), PosixFilePermissions.fromString("rw-------"));
            Files.createSymbolicLink(root.resolve("var/link"), Path.of("link-target"));
        }
        // stands for the whiteout: in the upper layer alone
        write(upper, "etc/deleted", "");
    }

    private static void write(Path root, String name, String content) throws IOException {
        Files.createDirectories(root.resolve(name).getParent());
        Files.writeString(root.resolve(name), content);
    }

    private FileTree rootfs() {
        return new FileTree(FileTree.ROOTFS, merged, upper, List.of(lower));
    }

    private void travel(FileTree tree, Path to) throws IOException, InterruptedException {
        files.capture(tree, FileCarrier.readEarly(List.of(tree), store), store);
        files.applyEarly(store, tree.name(), to);
        files.apply(store, tree.name(), to);
    }

    /** As if all had been left alone for a while. */
    private long carryEarly(FileTree tree, Set<Long> mapped) throws IOException, InterruptedException {
        return files.carryEarly(
                tree, store, mapped, Instant.now().plus(FileCarrier.LEFT_ALONE).plusSeconds(1));
    }

    private static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino");
    }

    /** A directory with five large files, one of which has other names too, and a small one. */
    private FileTree database() throws IOException {
        Path directory = Files.createDirectory(here.resolve("database"));
        for (int i = 1; i <= 5; i++) {
            write(directory, "tables/" + i, Integer.toString(i).repeat(MEGABYTE));
        }
        Files.createLink(directory.resolve("tables/5-again"), directory.resolve("tables/5"));
        write(directory, "old/gone", "before");
        return FileTree.directory("volume-1", directory);
    }

    private List<String> captured(FileTree tree) throws Exception {
        Process list = new ProcessBuilder(
                        "tar",
                        "--list",
                        "--file",
                        store.resolve(tree.name() + ".tar").toString())
                .start();
        String out = new String(list.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(list.waitFor()).isZero();
        return out.lines().sorted().toList();
    }

    @Test
    void theTargetHasWhatTheSourceHad() throws Exception {
        write(shm, "segment", "shared");
        travel(rootfs(), target);
        travel(FileTree.directory(FileTree.SHM, shm), targetShm);
        assertThat(target.resolve("etc/kept")).hasContent("image");
        assertThat(target.resolve("etc/changed")).hasContent("container");
        assertThat(Files.getPosixFilePermissions(target.resolve("etc/changed")))
                .isEqualTo(PosixFilePermissions.fromString("rw-------"));
        assertThat(target.resolve("etc/deleted")).doesNotExist();
        assertThat(target.resolve("etc/was-directory")).hasContent("a file now");
        assertThat(target.resolve("var/new file\nwith a line break")).hasContent("container");
        assertThat(Files.readSymbolicLink(target.resolve("var/link"))).isEqualTo(Path.of("link-target"));
        assertThat(targetShm.resolve("segment")).hasContent("shared");
    }

    @Test
    void anEmptyShmCostsNoFile() throws Exception {
        travel(FileTree.directory(FileTree.SHM, shm), targetShm);
        assertThat(store).isEmptyDirectory();
    }

    @Test
    void aNameThatIsNoTextTravelsToo() throws Exception {
        // the byte 0xFC is ü in Latin-1 and nothing in UTF-8
        Path name = FileNames.decode("var/m%FCller%20%25");
        for (Path root : List.of(upper, merged)) {
            Files.writeString(root.resolve(name), "container");
        }
        for (Path root : List.of(lower, target)) {
            write(root, "var/image", "image");
            Files.writeString(root.resolve(FileNames.decode("var/%FC")), "image");
        }
        write(merged, "var/image", "image");
        travel(rootfs(), target);
        assertThat(target.resolve(name)).hasContent("container");
        assertThat(target.resolve("var/image")).hasContent("image");
        assertThat(Files.exists(target.resolve(FileNames.decode("var/%FC")))).isFalse();
    }

    @Test
    void whatWasCarriedEarlyIsCapturedOnlyWhereItHasChanged() throws Exception {
        FileTree database = database();
        assertThat(carryEarly(database, Set.of())).isGreaterThan(5 * MEGABYTE);
        Map<String, EarlyFiles> early = FileCarrier.readEarly(List.of(database), store);
        assertThat(FileCarrier.fit(MEGABYTE, List.of(database), early)).isTrue();
        assertThat(FileCarrier.fit(MEGABYTE, List.of(database), Map.of())).isFalse();
        Path root = database.root();
        // same size, and the time of modification as it was: a program may set that
        var modified = Files.getLastModifiedTime(root.resolve("tables/1"));
        write(root, "tables/1", "x".repeat(MEGABYTE));
        Files.setLastModifiedTime(root.resolve("tables/1"), modified);
        Files.move(root.resolve("tables/2"), root.resolve("tables/3"), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(root.resolve("old/gone"));
        Files.delete(root.resolve("old"));
        write(root, "old", "a file now");
        write(root, "tables/new", "new");
        travel(database, target);
        assertThat(captured(database)).containsExactly("./", "old", "tables/", "tables/1", "tables/3", "tables/new");
        assertThat(target.resolve("tables/1")).hasSameBinaryContentAs(root.resolve("tables/1"));
        assertThat(target.resolve("tables/2")).doesNotExist();
        for (String name : List.of("3", "4", "5", "5-again", "new")) {
            assertThat(target.resolve("tables").resolve(name))
                    .as(name)
                    .hasSameBinaryContentAs(root.resolve("tables").resolve(name));
        }
        assertThat(inode(target.resolve("tables/5-again"))).isEqualTo(inode(target.resolve("tables/5")));
        assertThat(target.resolve("old")).hasContent("a file now");
    }

    @Test
    void whatIsMappedOrHasJustChangedIsNotCarriedEarly() throws Exception {
        FileTree database = database();
        assertThat(files.carryEarly(database, store, Set.of(), Instant.now()))
                .as("all of it was written a moment ago")
                .isZero();
        assertThat(store).isEmptyDirectory();
        long all = carryEarly(database, Set.of());
        long mapped = inode(database.root().resolve("tables/5"));
        assertThat(carryEarly(database, Set.of(mapped)))
                .as("both names of the file that is mapped are left out")
                .isEqualTo(all - 2 * MEGABYTE);
        travel(database, target);
        assertThat(captured(database)).contains("tables/5", "tables/5-again").doesNotContain("tables/4");
        assertThat(target.resolve("tables/5"))
                .hasSameBinaryContentAs(database.root().resolve("tables/5"));
    }

    @Test
    void whatReplacesADirectoryOfTheImageWaitsUntilThatIsGone() throws Exception {
        for (Path root : List.of(upper, merged)) {
            write(root, "etc/was-directory", "x".repeat(5 * MEGABYTE));
            write(root, "var/large", "y".repeat(5 * MEGABYTE));
        }
        assertThat(carryEarly(rootfs(), Set.of())).isBetween(5L * MEGABYTE, 6L * MEGABYTE);
        travel(rootfs(), target);
        assertThat(target.resolve("etc/was-directory")).hasSameBinaryContentAs(merged.resolve("etc/was-directory"));
        assertThat(target.resolve("var/large")).hasSameBinaryContentAs(merged.resolve("var/large"));
        assertThat(target.resolve("etc/deleted")).doesNotExist();
    }

    @Test
    void nothingIsWrittenThroughALinkOfTheImage() throws Exception {
        Path outside = Files.createDirectory(here.resolve("outside"));
        // in the image it is a link; the container has made a directory of it
        for (Path root : List.of(lower, target)) {
            Files.createSymbolicLink(root.resolve("data"), outside);
        }
        for (Path root : List.of(upper, merged)) {
            write(root, "data/large", "y".repeat(5 * MEGABYTE));
        }
        assertThat(carryEarly(rootfs(), Set.of())).isPositive();
        travel(rootfs(), target);
        assertThat(outside).isEmptyDirectory();
        assertThat(Files.isDirectory(target.resolve("data"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
        assertThat(target.resolve("data/large")).hasSameBinaryContentAs(merged.resolve("data/large"));
    }

    @Test
    void aListThatIsDamagedIsNoAnswer() throws Exception {
        FileTree database = database();
        carryEarly(database, Set.of());
        for (String line : List.of("f 1 2", "f 1 2 three a")) {
            Files.writeString(store.resolve("volume-1.early"), line + "\n");
            assertThatThrownBy(() -> FileCarrier.readEarly(List.of(database), store))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("volume-1.early");
        }
    }

    @Test
    void nothingIsDeletedThroughALinkThatLeadsOut() throws Exception {
        Path outside = Files.createDirectory(here.resolve("outside"));
        write(outside, "precious", "host");
        travel(rootfs(), here.resolve("shm"));
        Files.createSymbolicLink(target.resolve("way-out"), outside);
        Files.writeString(store.resolve("rootfs.deleted"), "etc/was-directory\nway-out/precious\n");
        files.apply(store, FileTree.ROOTFS, target);
        assertThat(outside.resolve("precious")).hasContent("host");
        Files.writeString(store.resolve("rootfs.deleted"), "../outside/precious\n");
        assertThatThrownBy(() -> files.apply(store, FileTree.ROOTFS, target)).hasMessageContaining("leads out");
        assertThat(Files.exists(outside.resolve("precious"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }
}
