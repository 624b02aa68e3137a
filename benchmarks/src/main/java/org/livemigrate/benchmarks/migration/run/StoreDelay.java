package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.livemigrate.benchmarks.migration.fleet.Remote;
import org.livemigrate.benchmarks.migration.inventory.Inventory;

/** Makes the store's answers as late as a setting has it, and as they were at the end. */
final class StoreDelay implements AutoCloseable {

    private final Inventory.Store store;
    private final double usualMs;
    private double nowMs;

    StoreDelay(Inventory.Store store) {
        this.store = store;
        this.usualMs = store.delayMs() == null ? 0 : store.delayMs();
        this.nowMs = usualMs;
    }

    /** @throws IllegalArgumentException when there are delays and nobody can set them */
    void requireSettable(List<Long> delaysMs) {
        if (!delaysMs.isEmpty() && store.setDelay().isEmpty()) {
            throw new IllegalArgumentException(
                    "--store-delay " + delaysMs + ": the inventory does not say how to make the"
                            + " store late. Write store.setDelay into it (benchmarks/inventory.example.yaml), or take --lab vm.");
        }
    }

    /**
     * @param delayMs null: as it was
     * @throws IOException saying what was wanted, when it could not be set
     */
    void set(Long delayMs) throws IOException, InterruptedException {
        double wantedMs = delayMs == null ? usualMs : delayMs;
        if (wantedMs == nowMs) {
            return;
        }
        String wanted = BigDecimal.valueOf(wantedMs).stripTrailingZeros().toPlainString();
        // half set, it may be anything: then the next run sets it anew
        nowMs = Double.NaN;
        try {
            Remote.run(new Inventory.Node("store", store.setDelay()), wanted);
        } catch (IOException e) {
            throw new IOException("the store's delay could not be set to " + wanted + " ms: " + e.getMessage(), e);
        }
        nowMs = wantedMs;
    }

    @Override
    public void close() throws InterruptedException {
        try {
            set(null);
        } catch (IOException e) {
            throw new NotReadyException(
                    "The rows are in the file, but " + e.getMessage() + ". Set it back before the next sweep.");
        }
    }
}
