package org.livemigrate.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.protocol.json.ProblemException;
import org.livemigrate.protocol.migration.ImageManifest;

class DirectoryStoreTest {

    @TempDir
    Path root;

    private DirectoryStore open() {
        return new DirectoryStore(root, Clock.systemUTC());
    }

    @Test
    void allWhoSeeTheSameDirectoryHaveTheSameIdAlsoWhenTheyComeAtOnce() throws Exception {
        assertThat(race(8, i -> open().id()).stream().distinct()).hasSize(1);
    }

    private List<String> claimFiles(String container) throws Exception {
        try (Stream<Path> files = Files.list(root.resolve("claims").resolve(container))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    @Test
    void ofManyHostsOneWinsAndAllSeeTheSameWinner() throws Exception {
        DirectoryStore store = open();
        for (int round = 1; round <= 20; round++) {
            String container = "c" + round;
            List<Claim> claims = race(8, i -> store.claim(container, 1, "host" + i, "m1", "host" + i));
            assertThat(claims.stream().map(Claim::owner).distinct()).hasSize(1);
            long won = 0;
            for (int i = 0; i < claims.size(); i++) {
                won += claims.get(i).entitles(1, "host" + i, "m1") ? 1 : 0;
            }
            assertThat(won).isOne();
        }
        assertThat(store.listClaims()).hasSize(20);
    }

    @Test
    void epochsOnlyRiseWhoeverComesAtOnceAndOneFileIsLeft() throws Exception {
        for (int round = 0; round < 20; round++) {
            String container = "c" + round;
            // all may take it from "a"; so each win is undone at once for the next
            List<List<Long>> won = race(8, i -> {
                DirectoryStore store = open();
                List<Long> epochs = new ArrayList<>();
                for (long epoch = 1 + i; epoch <= 64; epoch += 8) {
                    if (store.claim(container, epoch, "host" + i, "m", "a").entitles(epoch, "host" + i, "m")) {
                        epochs.add(epoch);
                        store.relinquish(container, epoch, "host" + i);
                    }
                }
                return epochs;
            });
            List<Long> all = won.stream().flatMap(List::stream).toList();
            assertThat(all).doesNotHaveDuplicates().isNotEmpty();
            long newest = open().readClaim(container).orElseThrow().epoch();
            assertThat(newest)
                    .isEqualTo(all.stream().max(Comparator.naturalOrder()).orElseThrow());
            assertThat(claimFiles(container)).hasSize(1);
        }
        try (Stream<Path> left = Files.list(root.resolve("claims"))) {
            assertThat(left).hasSize(20);
        }
    }

    @Test
    void askingAgainAnswersTheSameAndAnotherMigrationOfTheSameHostHasNotWon() {
        assertThat(open().claim("c1", 1, "a", "m1", "a").entitles(1, "a", "m1")).isTrue();
        assertThat(open().claim("c1", 1, "a", "m1", "a").entitles(1, "a", "m1")).isTrue();
        assertThat(open().claim("c1", 1, "a", "m2", "a").entitles(1, "a", "m2")).isFalse();
        assertThat(open().claim("c1", 2, "a", "m2", "a").entitles(2, "a", "m2")).isTrue();
    }

    @Test
    void anOlderEpochIsNeverWonOnceANewerOneWas() throws Exception {
        DirectoryStore store = open();
        for (long epoch = 1; epoch <= 300; epoch++) {
            String to = epoch % 2 == 0 ? "b" : "a";
            String from = epoch % 2 == 0 ? "a" : "b";
            assertThat(store.claim("c1", epoch, to, "m" + epoch, from).entitles(epoch, to, "m" + epoch))
                    .isTrue();
        }
        // the host of a migration of long ago, which has heard of nothing since
        Claim late = open().claim("c1", 7, "z", "m7", "b");
        assertThat(late.entitles(7, "z", "m7")).isFalse();
        assertThat(late.epoch()).isEqualTo(300);
        assertThat(claimFiles("c1")).containsExactly("300,b,m300,a");
    }

    @Test
    void aThirdHostsClaimIsNotTakenOverBeforeItIsGivenUp() {
        DirectoryStore store = open();
        store.claim("c1", 1, "b", "m1", "a");
        Claim held = store.claim("c1", 2, "a", "m2", "a");
        assertThat(held.epoch()).isEqualTo(1);
        assertThat(held.holder()).isEqualTo("b");
        store.relinquish("c1", 1, "b");
        assertThat(store.readClaim("c1").orElseThrow().holder()).isEqualTo("a");
        assertThat(store.claim("c1", 2, "c", "m2", "c").epoch())
                .as("it is a's again")
                .isEqualTo(1);
        assertThat(store.claim("c1", 2, "a", "m2", "a").entitles(2, "a", "m2")).isTrue();
    }

    @Test
    void aRelinquishedEpochIsDeadForEverybody() {
        DirectoryStore store = open();
        store.claim("c1", 1, "a", "m1", "b");
        assertThatThrownBy(() -> store.relinquish("c1", 1, "b")).isInstanceOf(ProblemException.class);
        store.relinquish("c1", 1, "a");
        store.relinquish("c1", 1, "a");
        assertThat(open().claim("c1", 1, "a", "m1", "b").entitles(1, "a", "m1")).isFalse();
        assertThat(open().claim("c1", 1, "b", "m1", "b").entitles(1, "b", "m1")).isFalse();
        assertThat(open().readClaim("c1").orElseThrow().relinquished()).isTrue();
    }

    @Test
    void readingWinsNothing() {
        assertThat(open().readClaim("c1")).isEmpty();
        assertThat(open().claim("c1", 1, "b", "m1", "a").owner()).isEqualTo("b");
    }

    @Test
    void anEmptyFolderIsNoClaim() throws Exception {
        DirectoryStore store = open();
        Files.createDirectory(root.resolve("claims/c1"));
        assertThat(store.readClaim("c1")).isEmpty();
        assertThat(store.claim("c1", 3, "b", "m1", "a").entitles(3, "b", "m1")).isTrue();
    }

    @Test
    void aDamagedClaimIsAnErrorAndNobodysWin() throws Exception {
        DirectoryStore store = open();
        store.claim("c1", 1, "a", "m1", "a");
        Files.createFile(root.resolve("claims/c1/2"));
        assertThatThrownBy(() -> store.claim("c1", 2, "a", "m1", "a"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("\"2\" is no claim");
    }

    @Test
    void theLongestNamesThatAgentsAcceptMakeAFileName() {
        String host = "h".repeat(64);
        Claim won = open().claim("c".repeat(128), Long.MAX_VALUE, host, "m".repeat(80), host);
        assertThat(won.entitles(Long.MAX_VALUE, host, "m".repeat(80))).isTrue();
        open().relinquish("c".repeat(128), Long.MAX_VALUE, host);
    }

    @Test
    void aDeletedClaimLeavesNothing() {
        DirectoryStore store = open();
        store.claim("c1", 1, "a", "m1", "a");
        store.deleteClaim("c1");
        store.deleteClaim("c1");
        assertThat(root.resolve("claims")).isEmptyDirectory();
    }

    @Test
    void imagesAreTheOwnersAloneAndGoAwayWhole() throws Exception {
        DirectoryStore store = open();
        Path images = store.images("m1");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(images)))
                .isEqualTo("rwx------");
        Files.createDirectory(images.resolve("sub"));
        Files.write(images.resolve("sub/pages"), new byte[100]);
        assertThat(store.listImages()).singleElement().satisfies(stored -> {
            assertThat(stored.migration()).isEqualTo("m1");
            assertThat(stored.bytes()).isEqualTo(100);
        });
        store.deleteImages("m1");
        store.deleteImages("m1");
        assertThat(store.listImages()).isEmpty();
        assertThat(store.freeBytes()).isPositive();
    }

    @Test
    void namesThatAreNoIdsAreRefused() {
        DirectoryStore store = open();
        for (String bad : List.of("../x", "a/b", "", ".", "..", "-x")) {
            assertThatThrownBy(() -> store.images(bad)).isInstanceOf(ProblemException.class);
            assertThatThrownBy(() -> store.claim(bad, 1, "a", "m1", "a")).isInstanceOf(ProblemException.class);
            assertThatThrownBy(() -> store.claim("c1", 1, bad, "m1", "a")).isInstanceOf(ProblemException.class);
            assertThatThrownBy(() -> store.claim("c1", 1, "a", bad, "a")).isInstanceOf(ProblemException.class);
        }
    }

    @Test
    void aMissingMountIsNotMistakenForAnEmptyStore() {
        assertThatThrownBy(() -> new DirectoryStore(root.resolve("none"), Clock.systemUTC()))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("mount");
    }

    @Test
    void aManifestFindsEveryChange() throws Exception {
        DirectoryStore store = open();
        Path images = store.images("m1");
        Path file = images.resolve("checkpoint.tar");
        byte[] content = new byte[3_000_000];
        for (int i = 0; i < content.length; i++) {
            content[i] = (byte) (i * 31);
        }
        Files.write(file, content);
        ImageManifest manifest = Manifests.describe(images, List.of("checkpoint.tar"), Long.MAX_VALUE);
        Manifests.write(store, images, manifest);
        assertThat(Manifests.read(images)).contains(manifest);
        assertThat(Manifests.differences(images, manifest)).isEmpty();

        content[2_999_999] ^= 1;
        Files.write(file, content);
        assertThat(difference(images, manifest).what()).contains("checksums differ");
        assertThat(difference(images, manifest).mayStillCome()).isFalse();
        Files.write(file, new byte[10]);
        assertThat(difference(images, manifest).what()).contains("10 bytes");
        assertThat(difference(images, manifest).mayStillCome()).isTrue();
        assertThat(Manifests.differences(images, manifest.without(manifest))).isEmpty();
        Files.delete(file);
        assertThat(difference(images, manifest).what()).contains("missing");
        assertThat(difference(images, manifest).mayStillCome()).isTrue();
    }

    private static Manifests.Difference difference(Path images, ImageManifest manifest) throws Exception {
        return Manifests.differences(images, manifest).orElseThrow();
    }

    private interface Numbered<T> {
        T run(int number);
    }

    private static <T> List<T> race(int racers, Numbered<T> work) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(racers);
        try {
            CyclicBarrier start = new CyclicBarrier(racers);
            List<Future<T>> running = new ArrayList<>();
            for (int i = 0; i < racers; i++) {
                int number = i;
                running.add(threads.submit(() -> {
                    start.await();
                    return work.run(number);
                }));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> one : running) {
                results.add(one.get());
            }
            return results;
        } finally {
            threads.shutdownNow();
        }
    }
}
