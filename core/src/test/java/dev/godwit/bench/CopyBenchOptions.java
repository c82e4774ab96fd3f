package dev.godwit.bench;

import java.util.Arrays;
import java.util.List;

/**
 * What to measure, from system properties {@code bench.*}.
 *
 * @param scale 1 for the sizes of the published figures
 * @param rounds how often every contender copies each data set
 * @param dataSets by name, in the order in which they run
 * @param contenders by name, in the order of the first round
 */
record CopyBenchOptions(double scale, int rounds, List<String> dataSets, List<String> contenders) {
    static final String GODWIT = "godwit";
    static final String PGCOPYDB = "pgcopydb";
    static final String DUMP = "dump";
    static final String NATIVE = "native";
    static final String PARTS = "parts";

    private static final List<String> DATA_SETS = List.of("big", "many");
    private static final List<String> CONTENDERS = List.of(GODWIT, PGCOPYDB, DUMP, NATIVE, PARTS);

    static CopyBenchOptions fromProperties() {
        return new CopyBenchOptions(
                Double.parseDouble(System.getProperty("bench.scale", "1")),
                Integer.parseInt(System.getProperty("bench.rounds", "3")),
                names("bench.data", DATA_SETS),
                names("bench.copiers", CONTENDERS));
    }

    private static List<String> names(String property, List<String> known) {
        String chosen = System.getProperty(property, "");
        if (chosen.isEmpty()) {
            return known;
        }
        List<String> names = Arrays.asList(chosen.split(","));
        if (!known.containsAll(names)) {
            throw new IllegalArgumentException("-D" + property + "=" + chosen + ": choose from " + known);
        }
        return known.stream().filter(names::contains).toList();
    }

    int scaled(int full) {
        return Math.max(1, (int) Math.round(full * scale));
    }
}
