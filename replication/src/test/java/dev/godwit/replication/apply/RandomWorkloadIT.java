package dev.godwit.replication.apply;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random writes on tables of every kind, applied through restarts and killed sessions, leave both sides identical.
 *
 * <p>{@code -Dgodwit.random.seed} gives the first seed (1), {@code -Dgodwit.random.seeds} their number (20, or one if the first
 * is given), {@code -Dgodwit.random.transactions} the transactions of each of the writers (40).
 */
@Tag("R1")
final class RandomWorkloadIT {

    private static final String FIRST = "godwit.random.seed";

    static LongStream seeds() {
        long first = Long.getLong(FIRST, 1);
        int count = Integer.getInteger("godwit.random.seeds", System.getProperty(FIRST) == null ? 20 : 1);
        return LongStream.range(first, first + count);
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void appliesWhateverIsWritten(long seed) throws Exception {
        new RandomWorkload(seed).run();
    }
}
