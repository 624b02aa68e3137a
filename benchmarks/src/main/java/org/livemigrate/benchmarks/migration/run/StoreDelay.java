package org.livemigrate.benchmarks.migration.run;

import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.livemigrate.benchmarks.migration.fleet.Remote;
import org.livemigrate.benchmarks.migration.inventory.Inventory;

/** Makes the store's answers as late as a setting has it, and as they were at the end, also when told to end early. */
final class StoreDelay implements AutoCloseable {

    private final Inventory.Store store;
    private final Thread atExit = new Thread(this::setBackAtExit, "store delay back");

    /** As it was set last: null when it never was, since an earlier sweep may have left anything; NaN when half set. */
    private Double nowMs;

    private boolean over;

    StoreDelay(Inventory.Store store) {
        this.store = store;
    }

    /** @throws IllegalArgumentException when there are delays and nobody can set them, or set them back */
    void requireSettable(List<Long> delaysMs) {
        if (delaysMs.isEmpty()) {
            return;
        }
        if (store.setDelay().isEmpty()) {
            throw new IllegalArgumentException(
                    "--store-delay " + delaysMs + ": the inventory does not say how to make the"
                            + " store late. Write store.setDelay into it (benchmarks/inventory.example.yaml), or take --lab vm.");
        }
        if (store.delayMs() == null) {
            throw new IllegalArgumentException(
                    "--store-delay " + delaysMs + ": the inventory does not say how late the store"
                            + " usually is, to which it is set back. Write store.delayMs beside store.setDelay"
                            + " (benchmarks/inventory.example.yaml).");
        }
    }

    /**
     * @param delayMs null: as it was
     * @throws IOException saying what was wanted, when it could not be set
     */
    synchronized void set(Long delayMs) throws IOException, InterruptedException {
        if (over) {
            throw new IOException("the store's delay is set no more: the sweep was told to end");
        }
        if (nowMs == null && delayMs == null) {
            return;
        }
        double wantedMs = delayMs != null ? delayMs : store.delayMs() == null ? 0 : store.delayMs();
        if (nowMs != null && wantedMs == nowMs) {
            return;
        }
        if (nowMs == null) {
            Runtime.getRuntime().addShutdownHook(atExit);
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
            Runtime.getRuntime().removeShutdownHook(atExit);
        } catch (IllegalStateException shuttingDown) {
            // then the hook sets it back
            return;
        }
        setBack();
    }

    private void setBack() throws InterruptedException {
        try {
            set(null);
        } catch (IOException e) {
            throw new NotReadyException(
                    "The rows are in the file, but " + e.getMessage() + ". Set it back before the next sweep.");
        }
    }

    /** Whoever still measures must not set it again after that. */
    private synchronized void setBackAtExit() {
        try {
            setBack();
        } catch (NotReadyException e) {
            System.err.println("migration-bench: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            over = true;
        }
    }
}
