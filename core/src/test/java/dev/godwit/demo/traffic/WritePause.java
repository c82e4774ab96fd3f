package dev.godwit.demo.traffic;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How long the application could not write, from its own acknowledgements.
 *
 * @param oneConnection the longest time between two acknowledged commits of one connection, around the cutover
 * @param allConnections the longest time around the cutover in which no connection had a commit acknowledged
 * @param otherwise the longest time between two commits of one connection at any other moment, for comparison
 */
public record WritePause(Duration oneConnection, Duration allConnections, Duration otherwise) {

    /**
     * Measures. A connection that had nothing acknowledged after the cutover counts as waiting until the end.
     *
     * @param acknowledged all acknowledged commits, in the order of their answers
     * @param fromNanos when the cutover was asked for
     * @param toNanos when it was done
     */
    public static WritePause around(List<Acknowledgement> acknowledged, long fromNanos, long toNanos) {
        Map<Integer, Long> lastOfClerk = new HashMap<>();
        @Nullable Long lastOfAll = null;
        long one = 0;
        long all = 0;
        long otherwise = 0;
        for (Acknowledgement commit : acknowledged) {
            long now = commit.nanos();
            boolean notBeforeCutover = now - fromNanos >= 0;
            if (lastOfAll != null && notBeforeCutover && lastOfAll - toNanos <= 0) {
                all = Math.max(all, now - lastOfAll);
            }
            lastOfAll = now;
            Long last = lastOfClerk.put(commit.clerk(), now);
            if (last != null && notBeforeCutover && last - toNanos <= 0) {
                one = Math.max(one, now - last);
            } else if (last != null) {
                otherwise = Math.max(otherwise, now - last);
            }
        }
        for (long last : lastOfClerk.values()) {
            if (lastOfAll != null && lastOfAll - toNanos > 0 && last - toNanos <= 0) {
                one = Math.max(one, lastOfAll - last);
            }
        }
        return new WritePause(Duration.ofNanos(one), Duration.ofNanos(all), Duration.ofNanos(otherwise));
    }
}
