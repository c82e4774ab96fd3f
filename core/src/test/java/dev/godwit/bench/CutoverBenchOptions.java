package dev.godwit.bench;

import java.time.Duration;

/**
 * What to measure, from system properties {@code bench.*}.
 *
 * @param scale of pgbench's tables
 * @param clients that write all the time
 * @param moves how often Godwit and the plain recipe, in turn, move a bank of its own with its clients
 * @param moveScale of the tables that these move
 * @param rehearsals of the cutover
 * @param recipes how often the plain recipe is measured that does not move anybody
 * @param between how long clients write undisturbed between two measurements
 */
record CutoverBenchOptions(
        int scale, int clients, int moves, int moveScale, int rehearsals, int recipes, Duration between) {

    static CutoverBenchOptions fromProperties() {
        int scale = Integer.getInteger("bench.bankScale", 50);
        return new CutoverBenchOptions(
                scale,
                Integer.getInteger("bench.clients", 16),
                Integer.getInteger("bench.moves", 3),
                Integer.getInteger("bench.moveScale", scale),
                Integer.getInteger("bench.rehearsals", 10),
                Integer.getInteger("bench.recipes", 5),
                Duration.ofMillis(Integer.getInteger("bench.between", 3000)));
    }
}
