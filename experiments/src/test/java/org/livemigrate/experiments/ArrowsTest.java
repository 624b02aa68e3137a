package org.livemigrate.experiments;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Arrays;
import org.assertj.core.api.Assertions;

/** The offline side's arrows: scheduler, protocol &lt;- simulator &lt;- benchmarks &lt;- experiments. */
@AnalyzeClasses(packages = "org.livemigrate", importOptions = DoNotIncludeTests.class)
class ArrowsTest {

    @ArchTest
    static final ArchRule SCHEDULER_STANDS_ALONE = noClasses()
            .that()
            .resideInAPackage("org.livemigrate.scheduler..")
            .should()
            .dependOnClassesThat()
            .resideOutsideOfPackages("org.livemigrate.scheduler..", "java..")
            .because("the scheduler is pure and has no third-party dependency");

    @ArchTest
    static final ArchRule PROTOCOL_KNOWS_THE_SCHEDULER = noClasses()
            .that()
            .resideInAPackage("org.livemigrate.protocol..")
            .should()
            .dependOnClassesThat(ours("protocol", "scheduler"));

    @ArchTest
    static final ArchRule SIMULATOR_KNOWS_PROTOCOL_AND_SCHEDULER = noClasses()
            .that()
            .resideInAPackage("org.livemigrate.simulator..")
            .should()
            .dependOnClassesThat(ours("simulator", "protocol", "scheduler"))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule BENCHMARKS_KNOW_THE_SIMULATOR = noClasses()
            .that()
            .resideInAPackage("org.livemigrate.benchmarks..")
            .should()
            .dependOnClassesThat(ours("benchmarks", "simulator", "rest", "protocol", "scheduler"))
            .allowEmptyShould(true);

    @ArchTest
    static final ArchRule EXPERIMENTS_KNOW_NOTHING_THAT_IS_DEPLOYED = noClasses()
            .that()
            .resideInAPackage("org.livemigrate.experiments..")
            .should()
            .dependOnClassesThat(ours("experiments", "benchmarks", "simulator", "protocol", "scheduler"));

    @ArchTest
    static final ArchRule NO_PACKAGE_CYCLES =
            slices().matching("org.livemigrate.(*).(**)").should().beFreeOfCycles();

    @ArchTest
    static void the_rules_have_something_to_look_at(JavaClasses classes) {
        for (String module : new String[] {"scheduler", "protocol", "experiments"}) {
            Assertions.assertThat(classes).anyMatch(c -> c.getPackageName().startsWith("org.livemigrate." + module));
        }
    }

    /** Classes of ours outside of those modules. */
    private static DescribedPredicate<JavaClass> ours(String... allowed) {
        return DescribedPredicate.describe(
                "of ours outside of " + String.join(", ", allowed),
                c -> c.getPackageName().startsWith("org.livemigrate.")
                        && Arrays.stream(allowed)
                                .noneMatch(a -> (c.getPackageName() + ".").startsWith("org.livemigrate." + a + ".")));
    }
}
