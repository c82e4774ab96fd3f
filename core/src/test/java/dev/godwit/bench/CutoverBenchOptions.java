package dev.godwit.bench;

import java.time.Duration;

/**
 * What to measure, from system properties {@code bench.*}.
 *
 * @param scale of pgbench's tables
 * @param clients that write all the time
 * @param rehearsals of the cutover
 * @param recipes how often the plain recipe is measured
 * @param between how long clients write undisturbed between two measurements
 */
record CutoverBenchOptions(int scale, int clients, int rehearsals, int recipes, Duration between) {

    static CutoverBenchOptions fromProperties() {
        return new CutoverBenchOptions(
                Integer.getInteger("bench.bankScale", 50),
                Integer.getInteger("bench.clients", 16),
                Integer.getInteger("bench.rehearsals", 10),
                Integer.getInteger("bench.recipes", 5),
                Duration.ofMillis(Integer.getInteger("bench.between", 3000)));
    }
}
