package org.livemigrate.cli;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Which way data and dependencies flow in {@code system/}; Maven holds it between modules, this within them too. */
@AnalyzeClasses(packages = "org.livemigrate", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

    @ArchTest
    static final ArchRule ARROWS_POINT_ONE_WAY = layeredArchitecture()
            .consideringOnlyDependenciesInLayers()
            .layer("scheduler")
            .definedBy("org.livemigrate.scheduler..")
            .layer("protocol")
            .definedBy("org.livemigrate.protocol..")
            .layer("rest")
            .definedBy("org.livemigrate.rest..")
            .layer("agent")
            .definedBy("org.livemigrate.agent..")
            .layer("controller")
            .definedBy("org.livemigrate.controller..")
            .layer("cli")
            .definedBy("org.livemigrate.cli..")
            .whereLayer("cli")
            .mayNotBeAccessedByAnyLayer()
            .whereLayer("controller")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("agent")
            .mayOnlyBeAccessedByLayers("cli")
            .whereLayer("rest")
            .mayOnlyBeAccessedByLayers("agent", "controller", "cli")
            .whereLayer("protocol")
            .mayOnlyBeAccessedByLayers("rest", "agent", "controller", "cli");

    @ArchTest
    static final ArchRule THE_SCHEDULER_IS_PURE = noClasses()
            .that()
            .resideInAPackage("org.livemigrate.scheduler..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.io..", "java.net..", "java.nio..", "java.sql..", "java.lang.reflect..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime");

    @ArchTest
    static final ArchRule NO_SHELL_STRINGS = noClasses()
            .should()
            .callMethod(Runtime.class, "exec", String.class)
            .because("processes are started with argument lists");

    @ArchTest
    static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
            slices().matching("org.livemigrate.(*).(*)..").should().beFreeOfCycles();
}
