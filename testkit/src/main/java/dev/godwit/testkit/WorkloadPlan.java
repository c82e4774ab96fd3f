package dev.godwit.testkit;

import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.StringJoiner;

/**
 * All that the transactions of a workload follow from.
 *
 * @param seed any
 * @param writers at least 1
 * @param mix weight of each kind, none negative, not all 0
 */
record WorkloadPlan(long seed, int writers, Map<WorkloadKind, Integer> mix) {
    WorkloadPlan {
        mix = new EnumMap<>(mix);
    }

    static Map<WorkloadKind, Integer> defaultMix() {
        Map<WorkloadKind, Integer> weights = new EnumMap<>(WorkloadKind.class);
        for (WorkloadKind kind : WorkloadKind.values()) {
            weights.put(kind, kind.defaultWeight());
        }
        return weights;
    }

    private int weight(WorkloadKind kind) {
        return mix.getOrDefault(kind, 0);
    }

    boolean contains(WorkloadKind kind) {
        return weight(kind) > 0;
    }

    List<WorkloadKind> kinds() {
        return mix.keySet().stream().filter(this::contains).toList();
    }

    /** One kind, by the weights. */
    WorkloadKind pick(SplittableRandom random) {
        int left =
                random.nextInt(mix.values().stream().mapToInt(Integer::intValue).sum());
        for (WorkloadKind kind : WorkloadKind.values()) {
            left -= weight(kind);
            if (left < 0) {
                return kind;
            }
        }
        throw new IllegalStateException("Beyond the sum of the weights");
    }

    /** One line, to be {@link #parse parsed} again: {@code seed 7 writers 4 mix tokens=3,bank=3}. */
    String describe() {
        StringJoiner weights = new StringJoiner(",");
        kinds().forEach(kind -> weights.add(kind.name().toLowerCase(Locale.ROOT) + "=" + weight(kind)));
        return "seed " + seed + " writers " + writers + " mix " + weights;
    }

    static WorkloadPlan parse(String line) {
        String[] words = line.split(" ");
        Map<WorkloadKind, Integer> mix = new EnumMap<>(WorkloadKind.class);
        for (String entry : words[5].split(",")) {
            String[] parts = entry.split("=");
            mix.put(WorkloadKind.valueOf(parts[0].toUpperCase(Locale.ROOT)), Integer.parseInt(parts[1]));
        }
        return new WorkloadPlan(Long.parseLong(words[1]), Integer.parseInt(words[3]), mix);
    }
}
