package dev.godwit.result;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How the cutover of several migrations together went.
 *
 * @param group the group's name
 * @param writePause from the moment the first fence began to hold back writes until the last traffic was switched, by this process's
 *     clock
 * @param members each migration's own report, by name; its write pause is from its own fence to its own switch
 */
public record GroupCutoverReport(String group, Duration writePause, Map<String, CutoverReport> members) {

    /**
     * Copies the members, order kept.
     *
     * @param group the group's name
     * @param writePause how long writes were held back
     * @param members the migrations' reports
     */
    public GroupCutoverReport {
        members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    }
}
