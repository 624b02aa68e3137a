package org.livemigrate.cli.fleet;

import java.time.Duration;
import java.util.List;
import org.livemigrate.protocol.container.ContainerFacts;
import org.livemigrate.protocol.container.CreateContainer;
import org.livemigrate.protocol.host.NodeView;
import org.livemigrate.protocol.migration.MigrationView;

/** What the command line asks of a controller. */
public interface FleetApi {

    /** @throws org.livemigrate.protocol.json.ProblemException when it does not answer or refuses */
    List<NodeView> nodes();

    List<MigrationView> migrations();

    /** Waits until a migration has ended, however long that takes. */
    MigrationView ended(String migration);

    /** Creates and runs a container and waits until it runs. */
    ContainerFacts create(CreateContainer container, Duration timeout);

    /** Starts the scheduling rounds of a controller that was started with {@code --paused}. */
    void resumeScheduling();
}
