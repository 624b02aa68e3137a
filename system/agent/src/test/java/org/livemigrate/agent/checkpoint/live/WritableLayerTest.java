package org.livemigrate.agent.checkpoint.live;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.agent.runtime.SystemProcessRunner;

/** An overlay as the kernel would show it, laid out by hand: mounting one takes root. */
class WritableLayerTest {

    @TempDir
    Path here;

    private Path lower;
    private Path upper;
    private Path merged;
    private Path shm;
    private Path store;
    private Path target;
    private Path targetShm;
    private final WritableLayer layers = new WritableLayer(new SystemProcessRunner());

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

    private WritableLayer.Place place() {
        return new WritableLayer.Place(merged, upper, List.of(lower), Optional.of(shm));
    }

    @Test
    void theTargetHasWhatTheSourceHad() throws Exception {
        write(shm, "segment", "shared");
        assertThat(layers.capture(place(), store))
                .containsExactly(WritableLayer.FILES, WritableLayer.DELETED, WritableLayer.SHM);
        layers.apply(store, target, Optional.of(targetShm));
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
    void nothingIsDeletedThroughALinkThatLeadsOut() throws Exception {
        Path outside = Files.createDirectory(here.resolve("outside"));
        write(outside, "precious", "host");
        layers.capture(place(), store);
        Files.createSymbolicLink(target.resolve("way-out"), outside);
        Files.writeString(store.resolve(WritableLayer.DELETED), "etc/was-directory\0way-out/precious\0");
        layers.apply(store, target, Optional.empty());
        assertThat(outside.resolve("precious")).hasContent("host");
        Files.writeString(store.resolve(WritableLayer.DELETED), "../outside/precious\0");
        assertThatThrownBy(() -> layers.apply(store, target, Optional.empty())).hasMessageContaining("leads out");
        assertThat(Files.exists(outside.resolve("precious"), LinkOption.NOFOLLOW_LINKS))
                .isTrue();
    }
}
