package org.livemigrate.benchmarks.migration.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.livemigrate.benchmarks.migration.inventory.Inventory;

class StoreDelayTest {

    @TempDir
    Path folder;

    private Path set;
    private StoreDelay store;

    @BeforeEach
    void aStoreThatIsUsuallyOneMillisecondLate() {
        set = folder.resolve("set");
        store = store(1.0);
    }

    private StoreDelay store(Double usualMs) {
        List<String> command = List.of("sh", "-c", "echo $1 >> " + set, "sh");
        return new StoreDelay(new Inventory.Store("nfs4", "cold", usualMs, null, command));
    }

    @Test
    void theUsualDelayIsSetTooSinceAnEarlierSweepMayHaveLeftAnother() throws Exception {
        store.set(1L);
        store.set(1L);
        store.set(10L);
        store.close();
        assertThat(set).hasContent("1\n10\n1\n");
    }

    @Test
    void whatWasNeverSetIsNotSetBack() throws Exception {
        store.set(null);
        store.close();
        assertThat(set).doesNotExist();
    }

    @Test
    void delaysNeedOneToGoBackTo() {
        store.requireSettable(List.of(0L));
        store(null).requireSettable(List.of());
        assertThatThrownBy(() -> store(null).requireSettable(List.of(0L)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("store.delayMs");
    }
}
