package dev.godwit.internal.verify;

import static org.assertj.core.api.Assertions.assertThat;

import dev.godwit.matrix.Sampled;
import dev.godwit.result.VerificationMode;
import dev.godwit.result.VerificationReport;
import dev.godwit.result.VerificationScope;
import dev.godwit.testkit.PostgresPair;
import dev.godwit.testkit.PostgresPairTest;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Damages of every kind, one at a time, are found and located exactly; without one there is no alarm. The numbers are those of all
 * three pairs of versions together: {@code -Dgodwit.verify.damages=1000 -Dgodwit.verify.clean=200}, and {@code -Dgodwit.verify.seed=} runs
 * the same ones again.
 */
@Tag("C1")
@Sampled(oneOf = 2)
final class RandomDamageIT {
    private static final int DAMAGES = Integer.getInteger("godwit.verify.damages", 60);
    private static final int CLEAN = Integer.getInteger("godwit.verify.clean", 12);
    private static final long SEED = Long.getLong("godwit.verify.seed", System.nanoTime());
    private static final int PAIRS = 3;

    private final Random random = new Random(SEED);

    @Test
    @PostgresPairTest(source = "10", target = "18")
    void from10To18(PostgresPair pair) {
        run(pair);
    }

    @Test
    @PostgresPairTest(source = "13", target = "17")
    void from13To17(PostgresPair pair) {
        run(pair);
    }

    @Test
    @PostgresPairTest(source = "15", target = "15")
    void within15(PostgresPair pair) {
        run(pair);
    }

    private void run(PostgresPair pair) {
        DamagedDatabase.create(pair);
        QuietPair quiet = new QuietPair(pair);
        for (int i = 0; i < CLEAN / PAIRS; i++) {
            VerificationReport report = quiet.verify(any());
            assertThat(report.isEqual())
                    .as("seed %s, clean run %s: %s", SEED, i, report)
                    .isTrue();
        }
        Damages damages = new Damages(pair, random);
        for (int i = 0; i < DAMAGES / PAIRS; i++) {
            Damages.Damage damage = damages.next();
            String description = "seed " + SEED + ", damage " + i + ": " + damage.sql();
            pair.target().execute(pair.database(), damage.sql().toArray(String[]::new));
            VerificationReport report = quiet.verify(fitting(damage));
            assertThat(Damages.found(report)).as(description).containsExactlyInAnyOrderElementsOf(damage.expected());
            pair.target().execute(pair.database(), damage.undo().toArray(String[]::new));
        }
        VerificationReport last = quiet.verify(QuietPair.settings());
        assertThat(last.isEqual()).as("seed %s, at the end: %s", SEED, last).isTrue();
    }

    /** Every way of comparing must come to the same. */
    private VerifySettings any() {
        VerifySettings all = QuietPair.settings();
        double sample = random.nextInt(4) == 0 ? 0.5 : 1;
        boolean schema = random.nextInt(4) == 0;
        return new VerifySettings(
                new VerificationScope(VerificationMode.EXACT, sample, true, schema, true),
                name -> true,
                1 + random.nextInt(3),
                chunkBytes(),
                100,
                random.nextInt(4) == 0,
                all.throttle());
    }

    private long chunkBytes() {
        return random.nextBoolean() ? 64 << 10 : 64 << 20;
    }

    /** Mostly the table alone, sometimes everything. */
    private VerifySettings fitting(Damages.Damage damage) {
        if (random.nextInt(20) == 0) {
            return QuietPair.chunks(QuietPair.settings(), chunkBytes());
        }
        VerifySettings one = QuietPair.chunks(QuietPair.only(damage.table()), chunkBytes());
        return damage.table().isEmpty()
                ? new VerifySettings(
                        new VerificationScope(VerificationMode.EXACT, 1, false, true, true),
                        one.tables(),
                        1,
                        one.chunkBytes(),
                        one.maxDifferences(),
                        false,
                        one.throttle())
                : one;
    }
}
