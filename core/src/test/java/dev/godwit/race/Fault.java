package dev.godwit.race;

/** What goes wrong in a cutover. */
enum Fault {
    NOTHING,
    /** A statement fails, or the code around it. */
    EXCEPTION,
    /** All sessions of the migration on the source are ended. */
    SOURCE_SESSIONS_END,
    /** All sessions of the migration on the target are ended. */
    TARGET_SESSIONS_END,
    /** The network between the migration and the source resets all connections. */
    SOURCE_CUT,
    /** The network between the migration and the target resets all connections. */
    TARGET_CUT,
    /** Not a byte passes between the migration and the source for a while. */
    SOURCE_STALLS,
    /** Not a byte passes between the migration and the target for a while. */
    TARGET_STALLS,
    /** The source is stopped and started. */
    SOURCE_RESTARTS,
    /** The target crashes and is started. */
    TARGET_CRASHES,
    /** The step takes longer than writers may wait. */
    TOO_LONG,
    /** The switch of traffic throws. */
    SWITCH_THROWS,
    /** A listener throws at each event. */
    LISTENER_THROWS,
    /** A client holds a transaction open for a while. */
    LONG_TRANSACTION,
    /** The migrating process is killed. */
    KILL;

    /** Tells whether it can come to pass there: behind the switch, which is not undone, nothing of a cutover follows that could throw. */
    boolean fits(Moment moment) {
        return this != EXCEPTION || !moment.is("switch", true);
    }
}
