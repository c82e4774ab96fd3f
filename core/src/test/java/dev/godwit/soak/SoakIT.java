package dev.godwit.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.godwit.LiveTraffic;
import dev.godwit.VerifyOptions;
import dev.godwit.event.MigrationPhase;
import dev.godwit.result.CutoverRevertedException;
import dev.godwit.testkit.FaultProxy;
import dev.godwit.testkit.PostgresAssertions;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import dev.godwit.testkit.WorkloadKind;
import dev.godwit.testkit.WriteWorkload;
import dev.godwit.testkit.WriteWorkloadBuilder;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hundreds of transactions a second of all kinds, and something that breaks every minute: after each fault the run catches up by itself,
 * what it holds on to does not grow, and in the end the cutover finds both sides identical. {@code -Dgodwit.soak.minutes} is how long;
 * without it nothing is run. {@code -Dgodwit.soak.rate} is transactions a second, {@code -Dgodwit.soak.interval} seconds from fault to
 * fault, {@code -Dgodwit.soak.seed} repeats a choice of faults.
 */
@Tag("L1")
@PostgresPairTest(source = "13", target = "17")
final class SoakIT {
    private static final Logger LOG = LoggerFactory.getLogger(SoakIT.class);
    private static final double MINUTES = Double.parseDouble(System.getProperty("godwit.soak.minutes", "0"));
    private static final Duration LENGTH = Duration.ofMillis((long) (MINUTES * 60_000));
    private static final int RATE = Integer.getInteger("godwit.soak.rate", 300);
    private static final Duration INTERVAL = Duration.ofSeconds(Integer.getInteger("godwit.soak.interval", 60));
    private static final long SEED =
            Long.getLong("godwit.soak.seed", ThreadLocalRandom.current().nextLong(1_000_000));

    private static final Duration BETWEEN_MEASURES = Duration.ofSeconds(5);
    private static final Duration READY = Duration.ofMinutes(4);
    private static final Duration RECOVERY = Duration.ofMinutes(4);
    private static final int LONGEST_FAULT_SECONDS = 10;
    private static final Duration CAUGHT_UP = Duration.ofSeconds(5);
    private static final int WRITERS = 8;

    private final Random random = new Random(SEED);

    @Test
    void holdsOnToNothingAndCatchesUpWhateverBreaks(PostgresPair pair) throws Exception {
        assumeTrue(MINUTES > 0, "takes -Dgodwit.soak.minutes=60 or another number");
        LOG.warn("{} min with -Dgodwit.soak.seed={}", MINUTES, SEED);
        try (LiveTraffic traffic = LiveTraffic.on(pair, writers(pair));
                FaultProxy source = FaultProxy.before(pair.source());
                FaultProxy target = FaultProxy.before(pair.target());
                Subject subject = new Subject(traffic, source, target)) {
            Faults faults = new Faults(
                    random,
                    subject,
                    Faults.Side.source(pair.source(), source),
                    Faults.Side.target(pair.target(), target));
            subject.run().awaitReadyToCutover(READY);
            Meter meter = new Meter(pair, traffic);
            soak(meter, subject, faults);
            LOG.warn("{}", faults.begun());
            subject.run().verify(withoutTruncated()).throwIfDifferent();
            cutOver(subject);
            traffic.requireArrived();
            LOG.warn("{}", traffic.workload().statistics());
            subject.end();
            PostgresAssertions.assertThat(pair).hasNoLeftovers();
            Flatness.require(meter.quiet());
        } catch (Exception | AssertionError e) {
            throw new AssertionError("with -Dgodwit.soak.seed=" + SEED, e);
        }
    }

    /** A proxy may yet end a connection that is made now: what is undone is tried again, as the README says. */
    private static void cutOver(Subject subject) throws InterruptedException {
        try {
            subject.run().cutover();
        } catch (CutoverRevertedException e) {
            LOG.warn("undone, and tried again: {}", e.getMessage());
            subject.run().awaitReadyToCutover(READY);
            subject.run().cutover();
        }
    }

    /** What is truncated all the time makes a verification give way; after the cutover everything is compared. */
    private static VerifyOptions withoutTruncated() {
        return VerifyOptions.builder()
                .tables(table -> !table.name().equals("refill"))
                .build();
    }

    private static WriteWorkloadBuilder writers(PostgresPair pair) {
        return WriteWorkload.builder(pair.sourceDataSource())
                .writers(WRITERS)
                .seed(SEED)
                .rate(RATE)
                .mix(Arrays.stream(WorkloadKind.values())
                        .collect(Collectors.toMap(Function.identity(), SoakIT::weight)));
    }

    /** What few applications do in every tenth transaction is done now and then; truncates all the time let no slot be created. */
    private static int weight(WorkloadKind kind) {
        return Math.max(1, 10 * kind.defaultWeight());
    }

    private void soak(Meter meter, Subject subject, Faults faults) throws Exception {
        Duration next = INTERVAL;
        while (next.compareTo(LENGTH) <= 0) {
            measureUntil(next, meter, Vitals.State.QUIET, subject);
            Faults.Mending mending = faults.begin();
            LOG.warn("{}", faults.last());
            Duration fault = Duration.ofMillis(random.nextInt(LONGEST_FAULT_SECONDS * 1_000));
            measureUntil(meter.elapsed().plus(fault), meter, Vitals.State.FAULT, subject);
            mending.mend();
            recover(meter, subject, faults.last());
            next = next.plus(INTERVAL);
        }
        measureUntil(LENGTH, meter, Vitals.State.QUIET, subject);
    }

    private static void measureUntil(Duration end, Meter meter, Vitals.State state, Subject subject)
            throws InterruptedException {
        while (meter.elapsed().compareTo(end) < 0) {
            Duration left = end.minus(meter.elapsed());
            Duration pause = left.compareTo(BETWEEN_MEASURES) < 0 ? left : BETWEEN_MEASURES;
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
            meter.measure(state, subject.run());
        }
    }

    private static void recover(Meter meter, Subject subject, String fault) throws InterruptedException {
        Duration deadline = meter.elapsed().plus(RECOVERY);
        Vitals now;
        do {
            TimeUnit.SECONDS.sleep(1);
            now = meter.measure(Vitals.State.RECOVERY, subject.run());
            assertThat(subject.run().phase()).as("after: " + fault).isNotEqualTo(MigrationPhase.FAILED);
            assertThat(now.at()).as("recovered from: " + fault).isLessThan(deadline);
        } while (subject.run().phase() != MigrationPhase.READY_TO_CUTOVER
                || now.lagBytes() < 0
                || now.lagMillis() < 0
                || now.lagMillis() > CAUGHT_UP.toMillis());
        // So that each of them has something to show.
        meter.measure(Vitals.State.QUIET, subject.run());
    }
}
