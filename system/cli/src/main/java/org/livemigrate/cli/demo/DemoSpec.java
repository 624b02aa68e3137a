package org.livemigrate.cli.demo;

import java.util.List;

/**
 * What a demo session is to do. The outer command writes it to a file, because the session may run in the lab's
 * network namespace, as a process of its own.
 *
 * @param runtime {@code podman} or {@code modelled}
 * @param nodes the fleet
 * @param controllerAddress where controller and broker listen
 * @param controllerPort of the controller's REST interface
 * @param brokerPort of the embedded broker
 * @param runDirectory this run's logs, token and state; 0700; the nodes see it under the same path
 * @param storeDirectory checkpoint store as a node sees it
 * @param hostsRun whether the nodes run their agents by themselves, and are as slow as emulated machines
 * @param target percent
 * @param intervalSeconds between scheduling rounds
 * @param timeoutSeconds to reach balance
 * @param reportFile absent for none
 * @param keep leave everything running until interrupted
 */
record DemoSpec(
        String runtime,
        List<DemoNode> nodes,
        String controllerAddress,
        int controllerPort,
        int brokerPort,
        String runDirectory,
        String storeDirectory,
        boolean hostsRun,
        String target,
        int intervalSeconds,
        int timeoutSeconds,
        String reportFile,
        boolean keep) {}
