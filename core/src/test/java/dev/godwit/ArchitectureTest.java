package dev.godwit;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.lang.annotation.Annotation;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** The edges between packages that the build's modules cannot draw. */
@AnalyzeClasses(packages = "dev.godwit", importOptions = ImportOption.DoNotIncludeTests.class)
final class ArchitectureTest {
    private static final String DRIVER_LOG = "dev.godwit.replication.DriverLog";

    @ArchTest
    static final ArchRule NO_CYCLES_BETWEEN_PACKAGES =
            slices().matching("(dev.godwit..)").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule INTERNALS_DO_NOT_KNOW_THE_ROOT = noClasses()
            .that()
            .resideInAPackage("dev.godwit.internal..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("dev.godwit");

    @ArchTest
    static final ArchRule ONLY_THE_ROOT_USES_INTERNALS = classes()
            .that()
            .resideInAPackage("dev.godwit.internal..")
            .should()
            .onlyBeAccessed()
            .byClassesThat(resideInAPackage("dev.godwit.internal..").or(resideInAPackage("dev.godwit")));

    @ArchTest
    static final ArchRule REPLICATION_AND_SCHEMA_KNOW_NOTHING_OF_EACH_OTHER_OR_OF_CORE = noClasses()
            .that()
            .resideInAnyPackage("dev.godwit.replication..", "dev.godwit.schema..")
            .should()
            .dependOnClassesThat(
                    resideInAPackage("dev.godwit..").and(describe("another module", ArchitectureTest::isOfCore)));

    @ArchTest
    static final ArchRule PUBLIC_CLASSES_ARE_FINAL_OR_EXCEPTIONS = classes()
            .that()
            .arePublic()
            .and(resideOutsideOfPackage("dev.godwit.internal.."))
            .and(describe("an ordinary class", ArchitectureTest::isOrdinaryClass))
            .should()
            .haveModifier(JavaModifier.FINAL);

    /** {@code DriverLog} keeps values out of what the driver logs there; that it logs nothing itself is the next rule. */
    @ArchTest
    static final ArchRule NOBODY_PRINTS_OR_LOGS_PAST_SLF4J = noClasses()
            .that()
            .doNotHaveFullyQualifiedName(DRIVER_LOG)
            .and()
            .doNotHaveFullyQualifiedName(DRIVER_LOG + "$Redaction")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("java.util.logging..", "ch.qos.logback..", "org.apache.log4j..");

    @ArchTest
    static final ArchRule THE_DRIVERS_LOG_IS_FILTERED_AND_NOT_WRITTEN = noClasses()
            .that()
            .haveNameMatching(".*\\.DriverLog(\\$.*)?")
            .should()
            .callMethodWhere(describe(
                    "it is one of a logger, other than for its filter",
                    call -> call.getTargetOwner().getName().startsWith("java.util.logging.Logger")
                            && !Set.of("getLogger", "getFilter", "setFilter")
                                    .contains(call.getTarget().getName())));

    /** Somebody may set it meanwhile; a {@code Deadline} or {@code nanoTime} is what to measure with. */
    @ArchTest
    static final ArchRule A_CUTOVER_DOES_NOT_REASON_WITH_THE_CLOCK_ON_THE_WALL = noClasses()
            .that()
            .resideInAnyPackage("dev.godwit.cutover", "dev.godwit.internal.cutover")
            .should()
            .callMethodWhere(describe(
                    "it computes with an instant",
                    call -> (call.getTargetOwner().isEquivalentTo(Instant.class)
                                    && !call.getTarget().getName().equals("now"))
                            || (call.getTargetOwner().isEquivalentTo(Duration.class)
                                    && call.getTarget().getName().equals("between"))
                            || (call.getTargetOwner().isEquivalentTo(System.class)
                                    && call.getTarget().getName().equals("currentTimeMillis"))));

    private ArchitectureTest() {}

    private static boolean isOfCore(JavaClass type) {
        String name = type.getPackageName();
        return !name.startsWith("dev.godwit.replication") && !name.startsWith("dev.godwit.schema");
    }

    private static boolean isOrdinaryClass(JavaClass type) {
        return !type.isInterface()
                && !type.isEnum()
                && !type.isAssignableTo(Annotation.class)
                && !type.isAssignableTo(Throwable.class);
    }
}
