package dev.godwit.replication.apply;

import java.time.Duration;
import java.util.List;

/**
 * How much goes into one target transaction, and into memory.
 *
 * @param appliers how many sessions of the target apply at a time
 * @param batchRows rows after which a target transaction ends with the source transaction at hand
 * @param batchBytes bytes of messages after which it does
 * @param batchDelay time after which it does
 * @param memoryBytes what changes may take that are read and not yet applied
 * @param decodingMemoryBytes what the source may take to put transactions together, zero for its own setting
 */
record ApplyLimits(
        int appliers, int batchRows, long batchBytes, Duration batchDelay, long memoryBytes, long decodingMemoryBytes) {

    /** What was read, what is collected, what the target works on. */
    private static final int SHARES = 3;

    void addProblems(List<String> problems) {
        check(problems, appliers >= 1, "appliers must be at least 1, is " + appliers);
        check(problems, batchRows >= 1, "batchRows must be at least 1, is " + batchRows);
        check(problems, batchBytes >= 1, "batchBytes must be at least 1, is " + batchBytes);
        check(problems, !batchDelay.isNegative(), "batchDelay must not be negative, is " + batchDelay);
        check(problems, memoryBytes >= 1, "memoryBytes must be at least 1, is " + memoryBytes);
        check(
                problems,
                decodingMemoryBytes >= 0,
                "decodingMemoryBytes must not be negative, is " + decodingMemoryBytes);
    }

    static void check(List<String> problems, boolean fine, String problem) {
        if (!fine) {
            problems.add(problem);
        }
    }

    /** What is read ahead. */
    long queueBytes() {
        return Math.max(1, memoryBytes / SHARES);
    }

    /** What may be collected before it is given to the target, and as much again may wait or be worked on there. */
    long chunkBytes() {
        return Math.max(1, memoryBytes / SHARES);
    }
}
