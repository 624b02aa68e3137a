package org.livemigrate.agent.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
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

    @Test
    void ofManyHostsOneWinsAndAllSeeTheSameWinner() throws Exception {
        DirectoryStore store = open();
        for (long epoch = 1; epoch <= 20; epoch++) {
            long now = epoch;
            List<Claim> claims = race(8, i -> store.claim("c1", now, "host" + i, "m1"));
            assertThat(claims.stream().map(Claim::owner).distinct()).hasSize(1);
            long won = 0;
            for (int i = 0; i < claims.size(); i++) {
                won += claims.get(i).entitles("host" + i, "m1") ? 1 : 0;
            }
            assertThat(won).isOne();
        }
        assertThat(store.listClaims()).hasSize(20);
    }

    @Test
    void askingAgainAnswersTheSameAndAnotherMigrationOfTheSameHostHasNotWon() {
        assertThat(open().claim("c1", 1, "a", "m1").entitles("a", "m1")).isTrue();
        assertThat(open().claim("c1", 1, "a", "m1").entitles("a", "m1")).isTrue();
        assertThat(open().claim("c1", 1, "a", "m2").entitles("a", "m2")).isFalse();
        assertThat(open().claim("c1", 2, "a", "m2").entitles("a", "m2")).isTrue();
    }

    @Test
    void aRelinquishedEpochIsDeadForEverybody() {
        DirectoryStore store = open();
        store.claim("c1", 1, "a", "m1");
        assertThatThrownBy(() -> store.relinquish("c1", 1, "b")).isInstanceOf(ProblemException.class);
        store.relinquish("c1", 1, "a");
        store.relinquish("c1", 1, "a");
        assertThat(open().claim("c1", 1, "a", "m1").entitles("a", "m1")).isFalse();
        assertThat(open().claim("c1", 1, "b", "m1").entitles("b", "m1")).isFalse();
        assertThat(open().readClaim("c1", 1).orElseThrow().relinquished()).isTrue();
    }

    @Test
    void theNewestClaimIsThatOfTheHighestEpoch() {
        DirectoryStore store = open();
        assertThat(store.newestClaim("c1")).isEmpty();
        store.claim("c1", 9, "a", "m1");
        store.claim("c1", 10, "b", "m2");
        store.relinquish("c1", 10, "b");
        assertThat(store.newestClaim("c1").orElseThrow().epoch()).isEqualTo(10);
    }

    @Test
    void readingWinsNothing() {
        assertThat(open().readClaim("c1", 1)).isEmpty();
        assertThat(open().claim("c1", 1, "b", "m1").owner()).isEqualTo("b");
    }

    @Test
    void aDamagedClaimIsAnErrorAndNobodysWin() throws Exception {
        DirectoryStore store = open();
        store.claim("c1", 1, "a", "m1");
        Files.writeString(root.resolve("claims/c1/1"), "");
        assertThatThrownBy(() -> store.claim("c1", 1, "a", "m1"))
                .isInstanceOf(ProblemException.class)
                .hasMessageContaining("damaged");
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
            assertThatThrownBy(() -> store.claim(bad, 1, "a", "m1")).isInstanceOf(ProblemException.class);
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
        assertThat(Manifests.differences(images, manifest).orElseThrow()).contains("checksums differ");
        Files.write(file, new byte[10]);
        assertThat(Manifests.differences(images, manifest).orElseThrow()).contains("10 bytes");
        assertThat(Manifests.visible(images, manifest)).isFalse();
        Files.delete(file);
        assertThat(Manifests.differences(images, manifest).orElseThrow()).contains("missing");
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
