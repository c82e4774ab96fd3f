package dev.godwit.schema;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** Finds names that somebody may have meant who wrote another: one that differs in case, or in few letters. Thread-safe. */
public final class NearNames {
    private static final int MOST = 3;
    private static final int LONGEST = 200;

    private NearNames() {}

    /**
     * Gives the names that are near to one that was written.
     *
     * @param written the name that does not exist
     * @param known those that do
     * @return at most three, the nearest first; where more than a third would have to be
     *     changed of what they do not begin with in common, they are not among them
     */
    public static List<String> of(String written, Collection<String> known) {
        if (written.length() > LONGEST) {
            return List.of();
        }
        String lower = written.toLowerCase(Locale.ROOT);
        return known.stream()
                .map(name -> candidate(lower, name))
                .filter(candidate -> candidate.distance() <= candidate.tolerated())
                .sorted(Comparator.comparingInt(Candidate::distance).thenComparing(Candidate::name))
                .limit(MOST)
                .map(Candidate::name)
                .toList();
    }

    private record Candidate(String name, int distance, int tolerated) {}

    /** What both begin with says nothing, such as a schema. */
    private static Candidate candidate(String lower, String name) {
        String other = name.toLowerCase(Locale.ROOT);
        int common = 0;
        while (common < Math.min(lower.length(), other.length()) && lower.charAt(common) == other.charAt(common)) {
            common++;
        }
        int rest = Math.max(lower.length(), other.length()) - common;
        int tolerated = Math.max(1, rest / 3);
        boolean comparable = Math.abs(lower.length() - other.length()) <= tolerated;
        return new Candidate(
                name,
                comparable ? distance(lower.substring(common), other.substring(common)) : Integer.MAX_VALUE,
                tolerated);
    }

    /** Letters to insert, leave out, replace, or swap with their neighbour. */
    private static int distance(String a, String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] current = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            current[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replaced = last[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(last[j], current[j - 1]) + 1);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    current[j] = Math.min(current[j], beforeLast[j - 2] + 1);
                }
            }
            int[] free = beforeLast;
            beforeLast = last;
            last = current;
            current = free;
        }
        return last[b.length()];
    }
}
