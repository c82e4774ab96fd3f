package dev.godwit.internal.preflight;

import dev.godwit.result.FindingCode;

/**
 * Counts what the source has a fixed number of. One is needed all the time, a second one for a moment when a copy is taken up
 * under a new snapshot.
 *
 * @param what what is counted
 * @param setting limits its number
 * @param recommended what to set at least
 * @param none reported if none is free
 * @param one reported if one is free
 */
record FreePlaces(String what, String setting, int recommended, FindingCode none, FindingCode one) {

    void check(CheckContext context, int limit, int used) {
        String remedy = "ALTER SYSTEM SET " + setting + " = " + Math.max(recommended, used + 5)
                + "; -- then restart the source; or drop one that nobody needs";
        String observed = used + " of " + limit + " (" + setting + ") are in use on the source";
        if (limit - used < 1) {
            context.add(
                    none, setting, "no " + what + " is free: " + observed, "one, and a second one to resume", remedy);
        } else if (limit - used < 2) {
            context.add(
                    one,
                    setting,
                    "only one " + what
                            + " is free, and resuming an interrupted copy, verifying, addTable and copyAfresh take a second one: "
                            + observed,
                    "two",
                    remedy);
        }
    }
}
