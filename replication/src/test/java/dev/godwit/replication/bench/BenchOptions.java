package dev.godwit.replication.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What to measure, from system properties {@code bench.*}.
 *
 * @param scale 1 for the sizes of the published figures; smaller to try something out
 * @param rounds how often every workload is drained by every contender
 * @param workloads by name, in the order in which they run
 * @param contenders by name, in the order of the first round
 * @param warmup share of a workload's size that is drained once before the first round; 0 for none
 * @param appliers with how many sessions of the target Godwit applies
 * @param delaySeconds how long the delay of commits is measured for each contender; 0 for not at all
 */
record BenchOptions(
        double scale,
        int rounds,
        List<String> workloads,
        List<String> contenders,
        double warmup,
        int delaySeconds,
        int appliers) {

    static final String LIMIT = "limit";
    static final String LIMIT_BINARY = "limit-binary";
    static final String GODWIT = "godwit";
    static final String NATIVE = "native";

    private static final List<String> WORKLOADS = List.of("oltp", "insert", "update", "delete", "mixed");
    private static final List<String> CONTENDERS = List.of(LIMIT, LIMIT_BINARY, NATIVE, GODWIT);

    static BenchOptions fromProperties() {
        return new BenchOptions(
                Double.parseDouble(System.getProperty("bench.scale", "1")),
                Integer.parseInt(System.getProperty("bench.rounds", "3")),
                names("bench.workloads", WORKLOADS, String.join(",", WORKLOADS)),
                names("bench.contenders", CONTENDERS, String.join(",", LIMIT, NATIVE, GODWIT)),
                Double.parseDouble(System.getProperty("bench.warmup", "0.05")),
                Integer.parseInt(System.getProperty("bench.delay", "20")),
                Integer.parseInt(System.getProperty("bench.appliers", "2")));
    }

    private static List<String> names(String property, List<String> known, String byDefault) {
        List<String> chosen =
                Arrays.asList(System.getProperty(property, byDefault).split(","));
        if (!known.containsAll(chosen)) {
            throw new IllegalArgumentException(
                    "-D" + property + "=" + String.join(",", chosen) + ": choose from " + known);
        }
        return known.stream().filter(chosen::contains).toList();
    }

    boolean has(String contender) {
        return contenders.contains(contender);
    }

    /** A workload's size at this scale. */
    int scaled(int full) {
        return (int) Math.max(1, Math.round(full * scale));
    }
}
