package dev.godwit.replication.bench;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** Collects the drains and prints them. */
final class DrainResults {

    private final BenchOptions options;
    private final Map<Key, List<CpuMeter.Usage>> drains = new LinkedHashMap<>();

    private record Key(String workload, String contender) {}

    DrainResults(BenchOptions options) {
        this.options = options;
    }

    void add(int round, String workload, String contender, CpuMeter.Usage usage) {
        drains.computeIfAbsent(new Key(workload, contender), key -> new ArrayList<>())
                .add(usage);
        String threads = usage.threads().entrySet().stream()
                .map(thread -> format("%s %.2f", thread.getKey(), thread.getValue()))
                .collect(Collectors.joining(", "));
        say(
                "round %d  %-6s  %-12s %7.2f s   cpu: source %6.2f  target %6.2f  jvm %6.2f %s",
                round,
                workload,
                contender,
                usage.seconds(),
                usage.source(),
                usage.target(),
                usage.process(),
                threads.isEmpty() ? "" : "(" + threads + ")");
    }

    private static String format(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }

    private static void say(String format, Object... values) {
        System.out.println(format(format, values));
    }

    void print() {
        say("");
        say("seconds to drain, median (smallest-largest) of %d", options.rounds());
        say("%-8s %s %13s %13s", "", columns(contender -> contender), "godwit/native", "godwit/limit");
        for (String workload : options.workloads()) {
            say(
                    "%-8s %s %13s %13s",
                    workload,
                    columns(contender -> spread(workload, contender)),
                    ratio(workload, BenchOptions.NATIVE),
                    ratio(workload, BenchOptions.LIMIT));
        }
        say("%-8s %s", "sum", columns(contender -> format("%.2f", sum(contender))));
        say("");
        say("processor seconds, median: source server + target server + subscriber's threads (whole JVM)");
        for (String workload : options.workloads()) {
            say("%-8s %s", workload, columns(contender -> processor(workload, contender)));
        }
        say("");
        printRatio("apply_vs_native", BenchOptions.NATIVE);
        printRatio("apply_vs_limit", BenchOptions.LIMIT);
    }

    private String columns(Function<String, String> cell) {
        return options.contenders().stream()
                .map(contender -> format("%26s", cell.apply(contender)))
                .collect(Collectors.joining(" "));
    }

    private String spread(String workload, String contender) {
        List<Double> seconds = values(workload, contender, CpuMeter.Usage::seconds);
        return format("%.2f (%.2f-%.2f)", median(seconds), seconds.get(0), seconds.get(seconds.size() - 1));
    }

    private String processor(String workload, String contender) {
        String servers = format(
                "%.2f + %.2f",
                median(values(workload, contender, CpuMeter.Usage::source)),
                median(values(workload, contender, CpuMeter.Usage::target)));
        return contender.equals(BenchOptions.GODWIT)
                ? servers
                        + format(
                                " + %.2f (%.2f)",
                                median(values(workload, contender, CpuMeter.Usage::threadSum)),
                                median(values(workload, contender, CpuMeter.Usage::process)))
                : servers;
    }

    private String ratio(String workload, String other) {
        if (!options.has(BenchOptions.GODWIT) || !options.has(other)) {
            return "-";
        }
        return format("%.3f", seconds(workload, BenchOptions.GODWIT) / seconds(workload, other));
    }

    private void printRatio(String name, String other) {
        if (options.has(BenchOptions.GODWIT) && options.has(other)) {
            say("%s: %.3f", name, sum(BenchOptions.GODWIT) / sum(other));
        }
    }

    private double sum(String contender) {
        return options.workloads().stream()
                .mapToDouble(workload -> seconds(workload, contender))
                .sum();
    }

    private double seconds(String workload, String contender) {
        return median(values(workload, contender, CpuMeter.Usage::seconds));
    }

    private List<Double> values(String workload, String contender, ToDoubleFunction<CpuMeter.Usage> what) {
        return drains.getOrDefault(new Key(workload, contender), new ArrayList<>()).stream()
                .map(what::applyAsDouble)
                .sorted(Comparator.naturalOrder())
                .toList();
    }

    private static double median(List<Double> sorted) {
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }
}
