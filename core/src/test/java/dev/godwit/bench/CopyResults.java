package dev.godwit.bench;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Collects the times and prints them. */
final class CopyResults {
    private final CopyBenchOptions options;
    private final Map<Key, List<Double>> times = new HashMap<>();

    private record Key(String dataSet, String contender) {}

    CopyResults(CopyBenchOptions options) {
        this.options = options;
    }

    void add(int round, String dataSet, String contender, double seconds) {
        times.computeIfAbsent(new Key(dataSet, contender), key -> new ArrayList<>())
                .add(seconds);
        say("round %d  %-5s %-9s %8.2f s", round, dataSet, contender, seconds);
    }

    void print(String dataSet, Collection<String> contenders) {
        say("");
        say("%s: seconds, median (smallest-largest) of %d", dataSet, options.rounds());
        for (String contender : contenders) {
            List<Double> sorted = sorted(dataSet, contender);
            say(
                    "%-9s %8.2f (%.2f-%.2f)%s",
                    contender,
                    median(sorted),
                    sorted.get(0),
                    sorted.get(sorted.size() - 1),
                    contender.equals(CopyBenchOptions.GODWIT) || !contenders.contains(CopyBenchOptions.GODWIT)
                            ? ""
                            : String.format(Locale.ROOT, "  godwit/%s %.3f", contender, ratio(dataSet, contender)));
        }
        say("");
        if (contenders.contains(CopyBenchOptions.GODWIT)) {
            for (String contender : List.of(CopyBenchOptions.PGCOPYDB, CopyBenchOptions.DUMP, CopyBenchOptions.PARTS)) {
                if (contenders.contains(contender)) {
                    say("%s.copy_vs_%s: %.3f", dataSet, contender, ratio(dataSet, contender));
                }
            }
        }
    }

    private static void say(String format, Object... values) {
        System.out.println(String.format(Locale.ROOT, format, values));
    }

    private double ratio(String dataSet, String contender) {
        return median(sorted(dataSet, CopyBenchOptions.GODWIT)) / median(sorted(dataSet, contender));
    }

    private List<Double> sorted(String dataSet, String contender) {
        return times.getOrDefault(new Key(dataSet, contender), List.of()).stream()
                .sorted()
                .toList();
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
