package dev.godwit.result;

import dev.godwit.replication.Lsn;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a rehearsal of a cutover went.
 *
 * @param migration the migration's name
 * @param endLsn the source's position read after the fence held: every commit before it is on the target
 * @param expectedPause from the moment the fence began to hold back writes until traffic would have been switched, by this process's
 *     clock; to be added are the time in which the sessions of the source end, that of the switch, and that in which clients connect again
 * @param heldBack for how long writes were held back, until the source took writes again
 * @param steps each step's duration, in the order in which they ran, named as those of a cutover
 * @param sequences the number of sequences set on the target
 */
public record RehearsalReport(
        String migration,
        Lsn endLsn,
        Duration expectedPause,
        Duration heldBack,
        Map<String, Duration> steps,
        int sequences) {

    /**
     * Copies the steps, order kept.
     *
     * @param migration the migration's name
     * @param endLsn the source's position read after the fence held
     * @param expectedPause how long writes are to be held back
     * @param heldBack how long they were
     * @param steps each step's duration
     * @param sequences the number of sequences set
     */
    public RehearsalReport {
        steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    }
}
