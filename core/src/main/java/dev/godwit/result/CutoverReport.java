package dev.godwit.result;

import dev.godwit.replication.Lsn;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How a cutover went.
 *
 * @param migration the migration's name
 * @param endLsn the source's position read after the fence held: every commit before it is on the target, none came after
 * @param writePause from the moment the fence began to hold back writes until traffic was switched, by this process's clock;
 *     clients see a little more or less than that
 * @param steps each step's duration, in the order in which they ran
 * @param sequences the number of sequences set on the target
 */
public record CutoverReport(
        String migration, Lsn endLsn, Duration writePause, Map<String, Duration> steps, int sequences) {

    /**
     * Copies the steps, order kept.
     *
     * @param migration the migration's name
     * @param endLsn the source's position read after the fence held
     * @param writePause how long writes were held back
     * @param steps each step's duration
     * @param sequences the number of sequences set
     */
    public CutoverReport {
        steps = Collections.unmodifiableMap(new LinkedHashMap<>(steps));
    }
}
