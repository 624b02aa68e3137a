package org.livemigrate.agent.checkpoint.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.runtime.ProcessRunner;
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
    private FileCarrier files;

    @BeforeEach
    void layOut() throws IOException {
        for (String name : List.of("lower", "upper", "merged", "shm", "store", "target", "target-shm")) {
            Files.createDirectory(here.resolve(name));
        }
        files = new FileCarrier(new SystemProcessRunner(), jail());
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
        return files.carryEarly(tree, store, mapped, later());
    }

    private static Instant later() {
        return Instant.now().plus(FileCarrier.LEFT_ALONE).plusSeconds(1);
    }

    private Jail jail() throws IOException {
        Path program = here.resolve("tar-within");
        if (!Files.exists(program)) {
            try (InputStream content =
                    Jail.class.getResourceAsStream("/org/livemigrate/agent/checkpoint/live/tar-within")) {
                Files.copy(content, program);
            }
            Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
            Files.createDirectory(here.resolve("jail"));
        }
        return new Jail(program, here.resolve("jail"));
    }

    /** Carrying early takes a mount namespace, and that a privilege. */
    private static void requireMounts() throws IOException, InterruptedException {
        boolean can = new ProcessBuilder("unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt")
                        .redirectErrorStream(true)
                        .start()
                        .waitFor()
                == 0;
        if (!can && "1".equals(System.getenv("LIVE_MIGRATE_REQUIRE_REAL"))) {
            throw new AssertionError("this process may not mount, and LIVE_MIGRATE_REQUIRE_REAL is 1");
        }
        assumeTrue(can, "this process may not mount in a namespace of its own (run as root)");
    }

    private static long inode(Path file) throws IOException {
        return (Long) Files.getAttribute(file, "unix:ino");
    }

    /** A directory with five large files, one of which has other names too, and a small one. */
    private FileTree database() throws IOException, InterruptedException {
        requireMounts();
        Path directory = Files.createDirectory(here.resolve("database"));
        for (int i = 1; i <= 5; i++) {
            write(directory, "tables/" + i, Integer.toString(i).repeat(MEGABYTE));
        }
        Files.createLink(directory.resolve("tables/5-again"), directory.resolve("tables/5"));
        write(directory, "old/gone", "before");
        write(directory, "old/stays", "before");
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
        assertThat(FileCarrier.left(List.of(database), early, Long.MAX_VALUE)).isZero();
        assertThat(FileCarrier.left(List.of(database), Map.of(), Long.MAX_VALUE))
                .isGreaterThan(5 * MEGABYTE);
        Path root = database.root();
        // same size, and the time of modification as it was: a program may set that
        FileTime modified = Files.getLastModifiedTime(root.resolve("tables/1"));
        write(root, "tables/1", "x".repeat(MEGABYTE));
        Files.setLastModifiedTime(root.resolve("tables/1"), modified);
        Files.delete(root.resolve("old/gone"));
        write(root, "old/came", "new");
        travel(database, target);
        assertThat(captured(database))
                .as("all directories, and of files those that changed or came")
                .containsExactly("./", "old/", "old/came", "tables/", "tables/1");
        assertSame(database);
        assertThat(inode(target.resolve("tables/5-again"))).isEqualTo(inode(target.resolve("tables/5")));
    }

    @Test
    void whatWasMovedOrChangedItsKindIsTakenAnew() throws Exception {
        FileTree database = database();
        carryEarly(database, Set.of());
        Path root = database.root();
        Files.move(root.resolve("tables/2"), root.resolve("tables/3"), StandardCopyOption.REPLACE_EXISTING);
        Files.delete(root.resolve("old/gone"));
        Files.delete(root.resolve("old/stays"));
        Files.delete(root.resolve("old"));
        write(root, "old", "a file now");
        travel(database, target);
        assertSame(database);
    }

    @Test
    void whatWasReadWhileItsDirectoryWasAnotherIsTakenAnew() throws Exception {
        FileTree database = database();
        Path tables = database.root().resolve("tables");
        Path other = here.resolve("other");
        for (int i = 1; i <= 5; i++) {
            write(other, Integer.toString(i), "o".repeat(MEGABYTE));
        }
        write(other, "5-again", "o".repeat(MEGABYTE));
        // between the look at the files and the reading of them, as a container might
        AtomicBoolean followed = new AtomicBoolean();
        FileCarrier ambushed = new FileCarrier(
                before("create", command -> {
                    Files.move(tables, here.resolve("aside"));
                    Files.createSymbolicLink(tables, other);
                    followed.set(new SystemProcessRunner().run(command).succeeded());
                    Files.delete(tables);
                    Files.move(here.resolve("aside"), tables);
                }),
                jail());
        assertThat(ambushed.carryEarly(database, store, Set.of(), later())).isPositive();
        assertThat(followed).as("a tar that is locked up has followed a link").isFalse();
        travel(database, target);
        assertThat(captured(database)).contains("tables/1", "tables/5");
        assertSame(database);
    }

    @FunctionalInterface
    private interface Ambush {
        void before(ProcessRunner.Command command) throws IOException, InterruptedException;
    }

    /** Runs programs, and something else before those with this argument. */
    private static ProcessRunner before(String argument, Ambush ambush) {
        ProcessRunner real = new SystemProcessRunner();
        return new ProcessRunner() {
            @Override
            public Result run(Command command) throws IOException, InterruptedException {
                if (command.arguments().contains(argument)) {
                    ambush.before(command);
                }
                return real.run(command);
            }

            @Override
            public int follow(Command command, Consumer<String> lines) throws IOException, InterruptedException {
                return real.follow(command, lines);
            }

            @Override
            public boolean awaitStrays(String name, Duration atMost) throws InterruptedException {
                return real.awaitStrays(name, atMost);
            }
        };
    }

    /** The target has what the source has, no more and no less. */
    private void assertSame(FileTree tree) throws Exception {
        Process diff = new ProcessBuilder(
                        "diff", "--recursive", "--brief", tree.root().toString(), target.toString())
                .redirectErrorStream(true)
                .start();
        assertThat(new String(diff.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .as("differences")
                .isEqualTo("Only in " + target + ": etc\n");
    }

    @Test
    void whatARenamedDirectoryOfTheImageHoldsTravels() throws Exception {
        // as with redirect_dir: the upper layer has the directory alone, the merged one what is in it
        Files.createDirectories(upper.resolve("opt/renamed"));
        write(merged, "opt/renamed/below/file", "image");
        travel(rootfs(), target);
        assertThat(target.resolve("opt/renamed/below/file")).hasContent("image");
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
        requireMounts();
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
        requireMounts();
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
