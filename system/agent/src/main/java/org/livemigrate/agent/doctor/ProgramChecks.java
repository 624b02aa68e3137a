package org.livemigrate.agent.doctor;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.livemigrate.agent.doctor.Finding.Severity;
import org.livemigrate.agent.runtime.ProcessRunner;

/** podman, runc and CRIU, and what CRIU says of the kernel. Exit statuses decide; stderr is only quoted. */
final class ProgramChecks {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final String PODMAN = "4.2";
    private static final String RUNC = "1.0";
    private static final String DEBIAN_13 = "Debian 13 has a set that works together (podman 5.4, runc 1.1, CRIU 4.1)";

    private final ProcessRunner processes;

    ProgramChecks(ProcessRunner processes) {
        this.processes = processes;
    }

    List<Finding> all() throws InterruptedException {
        List<Finding> findings = new ArrayList<>();
        Finding podman = version("podman", PODMAN);
        findings.add(podman);
        findings.add(version("runc", RUNC));
        if (podman.state() == Finding.State.OK) {
            findings.add(runtimeOfPodman());
        }
        Optional<ProcessRunner.Result> criu = run(List.of("criu", "--version"));
        if (criu.isEmpty()) {
            findings.add(Finding.missing(
                    "criu", Severity.NEEDED, "not installed", "CRIU", "apt-get install criu; " + DEBIAN_13));
            return findings;
        }
        String criuVersion = Versions.first(criu.get().stdout()).orElse("a version that does not start");
        findings.add(criuCheck(criuVersion));
        findings.add(feature(
                "dirty-tracking",
                "mem_dirty_track",
                "soft-dirty page tracking, without which there are no pre-dumps",
                "boot a kernel with CONFIG_MEM_SOFT_DIRTY=y (Debian's and most distributions' have it)"));
        findings.add(feature(
                "userfaultfd",
                "uffd-noncoop",
                "userfaultfd with its events, without which memory cannot be brought in after a restore",
                "boot a kernel with CONFIG_USERFAULTFD=y"));
        findings.add(networkLock());
        return findings;
    }

    private Finding version(String program, String least) throws InterruptedException {
        String needed = program + " " + least + " or newer";
        Optional<ProcessRunner.Result> result = run(List.of(program, "--version"));
        if (result.isEmpty()) {
            return Finding.missing(
                    program, Severity.NEEDED, "not installed", needed, "apt-get install " + program + "; " + DEBIAN_13);
        }
        Optional<String> version = Versions.first(result.get().stdout());
        if (!result.get().succeeded() || version.isEmpty()) {
            return Finding.missing(
                    program,
                    Severity.NEEDED,
                    "'" + program + " --version' fails: " + quoted(result.get()),
                    needed,
                    "see what '" + program + " --version' says");
        }
        return Versions.atLeast(version.get(), least)
                ? Finding.ok(program, Severity.NEEDED, version.get(), needed)
                : Finding.missing(
                        program,
                        Severity.NEEDED,
                        version.get(),
                        needed,
                        "install a newer " + program + "; " + DEBIAN_13);
    }

    private Finding runtimeOfPodman() throws InterruptedException {
        String check = "podman-runtime";
        String needed = "runc, with which this is tested";
        Optional<ProcessRunner.Result> result = run(List.of("podman", "info", "--format", "{{.Host.OCIRuntime.Name}}"));
        if (result.isEmpty() || !result.get().succeeded()) {
            return Finding.missing(
                    check,
                    Severity.NEEDED,
                    "'podman info' fails" + result.map(r -> ": " + quoted(r)).orElse(""),
                    needed,
                    "see what 'podman info' says");
        }
        String name = result.get().stdout().strip();
        return name.equals("runc")
                ? Finding.ok(check, Severity.LIMITS, name, needed)
                : Finding.missing(
                        check,
                        Severity.LIMITS,
                        name.isEmpty() ? "none" : name,
                        needed,
                        "write runtime = \"runc\" under [engine] in /etc/containers/containers.conf");
    }

    private Finding criuCheck(String version) throws InterruptedException {
        String needed = "a CRIU whose own check passes ('criu check')";
        Optional<ProcessRunner.Result> result = run(List.of("criu", "check"));
        if (result.isPresent() && result.get().succeeded()) {
            return Finding.ok("criu", Severity.NEEDED, version + ", check passes", needed);
        }
        return Finding.missing(
                "criu",
                Severity.NEEDED,
                version + ", check fails" + result.map(r -> ": " + quoted(r)).orElse(""),
                needed,
                "as root, see what 'criu check -v4' says; a CRIU older than the kernel fails often: " + DEBIAN_13);
    }

    private Finding feature(String check, String feature, String needed, String remedy) throws InterruptedException {
        Optional<ProcessRunner.Result> result = run(List.of("criu", "check", "--feature", feature));
        return result.isPresent() && result.get().succeeded()
                ? Finding.ok(check, Severity.LIMITS, "CRIU finds " + feature, needed)
                : Finding.missing(check, Severity.LIMITS, "CRIU does not find " + feature, needed, remedy);
    }

    /** CRIU stops a bridged container's packets with it while the container is frozen. */
    private Finding networkLock() throws InterruptedException {
        String needed = "iptables-restore, without which containers on podman's bridge cannot be frozen";
        Optional<ProcessRunner.Result> result = run(List.of("iptables-restore", "--version"));
        return result.isPresent() && result.get().succeeded()
                ? Finding.ok(
                        "network-lock", Severity.LIMITS, result.get().stdout().strip(), needed)
                : Finding.missing(
                        "network-lock", Severity.LIMITS, "no iptables-restore", needed, "apt-get install iptables");
    }

    private static String quoted(ProcessRunner.Result result) {
        String said = (result.stderr().isBlank() ? result.stdout() : result.stderr())
                .strip()
                .replaceAll("\\s*\\n\\s*", "; ");
        String how =
                result.timedOut() ? "no end within " + TIMEOUT.toSeconds() + " s" : "status " + result.exitStatus();
        return how + (said.isEmpty() ? "" : ", " + (said.length() > 200 ? said.substring(0, 200) + "…" : said));
    }

    /** Empty when it cannot be started. */
    private Optional<ProcessRunner.Result> run(List<String> arguments) throws InterruptedException {
        try {
            return Optional.of(processes.run(new ProcessRunner.Command(arguments, TIMEOUT)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
