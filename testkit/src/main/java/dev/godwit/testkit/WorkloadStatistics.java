package dev.godwit.testkit;

import java.time.Duration;
import java.time.Instant;

/**
 * What a {@link WriteWorkload} has seen so far.
 *
 * @param acknowledged transactions whose COMMIT the server acknowledged
 * @param inDoubt transactions whose COMMIT was sent without an answer
 * @param failed transactions that failed before, or were refused
 * @param longestGap longest time without any acknowledged commit of any writer since the start or
 *     {@link WriteWorkload#resetLongestGap}, the current one included
 * @param longestGapBegan when that gap began
 * @param lastError what the last failed transaction, or attempt to connect, of any writer failed with, empty if none has
 */
public record WorkloadStatistics(
        long acknowledged, long inDoubt, long failed, Duration longestGap, Instant longestGapBegan, String lastError) {}
