package org.livemigrate.agent.doctor;

import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The doctor's round when an agent starts, beside the start itself: what is missing is logged and kept. An agent that
 * lacks something still watches its containers, so nothing is refused here.
 */
public final class FirstExamination implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(FirstExamination.class);

    private final Doctor doctor;
    private final Thread thread;
    private volatile List<Finding> findings = List.of();

    private FirstExamination(Doctor doctor) {
        this.doctor = doctor;
        this.thread = new Thread(this::examine, "doctor");
        thread.setDaemon(true);
    }

    /** Begins it. */
    public static FirstExamination start(Doctor doctor) {
        FirstExamination examination = new FirstExamination(doctor);
        examination.thread.start();
        return examination;
    }

    private void examine() {
        try {
            findings = doctor.examine();
            for (Finding finding : findings) {
                switch (finding.state()) {
                    case OK -> LOG.debug("{}", finding);
                    case MISSING -> LOG.warn("{}", finding);
                    case UNKNOWN -> LOG.info("{}", finding);
                }
            }
            LOG.info(
                    "of {} prerequisites {} are missing, {} of them needed",
                    findings.size(),
                    findings.stream()
                            .filter(f -> f.state() == Finding.State.MISSING)
                            .count(),
                    findings.stream().filter(Finding::blocks).count());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the agent stops
        } catch (RuntimeException e) {
            LOG.error("the examination of this host failed", e);
        }
    }

    /** What was found; empty until it is done. */
    public List<Finding> findings() {
        return findings;
    }

    @Override
    public void close() {
        thread.interrupt();
    }
}
