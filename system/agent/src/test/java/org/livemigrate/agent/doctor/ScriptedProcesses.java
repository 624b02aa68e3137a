package org.livemigrate.agent.doctor;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.livemigrate.agent.runtime.RunsOnly;

/** Programs that answer what a test wrote down; every other one is not installed. */
final class ScriptedProcesses implements RunsOnly {

    private final Map<String, Result> answers = new HashMap<>();

    ScriptedProcesses answer(String commandLine, int exitStatus, String stdout, String stderr) {
        answers.put(commandLine, new Result(exitStatus, stdout, stderr, false, Duration.ofMillis(1)));
        return this;
    }

    ScriptedProcesses notInstalled(String commandLine) {
        answers.remove(commandLine);
        return this;
    }

    /** A host as Debian 13 makes it. */
    static ScriptedProcesses debian13() {
        return new ScriptedProcesses()
                .answer("podman --version", 0, "podman version 5.4.2\n", "")
                .answer("podman info --format {{.Host.OCIRuntime.Name}}", 0, "runc\n", "level=warning msg=\"cgroups\"")
                .answer("runc --version", 0, "runc version 1.1.15+ds1\ncommit: 1.1\n", "")
                .answer("criu --version", 0, "Version: 4.1.1\n", "")
                .answer("criu check", 0, "", "Looks good.\n")
                .answer("criu check --feature mem_dirty_track", 0, "", "")
                .answer("criu check --feature uffd-noncoop", 0, "", "")
                .answer("iptables-restore --version", 0, "iptables-restore v1.8.11 (nf_tables)\n", "");
    }

    @Override
    public Result run(Command command) throws IOException {
        Result answer = answers.get(String.join(" ", command.arguments()));
        if (answer == null) {
            throw new IOException("Cannot run program \"" + command.arguments().get(0) + "\": error=2");
        }
        return answer;
    }
}
