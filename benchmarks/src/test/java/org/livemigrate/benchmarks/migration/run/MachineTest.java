package org.livemigrate.benchmarks.migration.run;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MachineTest {

    private static final String GUEST = "flags\t\t: fpu vme tsc hypervisor lahf_lm\n";
    private static final String LSCPU =
            "Virtualization features:\n  Hypervisor vendor:    KVM\n  Virtualization type:  full\n";

    @Test
    void systemdKnowsBestThenTheProcessor() {
        assertThat(Machine.virtualisation("none\n", "", "")).isEqualTo("none");
        assertThat(Machine.virtualisation("qemu\n", LSCPU, GUEST)).isEqualTo("qemu");
        assertThat(Machine.virtualisation("", LSCPU, GUEST)).isEqualTo("kvm");
        assertThat(Machine.virtualisation("", "", GUEST)).isEqualTo("virtual machine of unknown kind");
        assertThat(Machine.virtualisation("", "", "")).isEqualTo("unknown");
    }
}
