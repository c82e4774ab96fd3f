package dev.godwit.internal.engine;

/** Whether tables are to join, or are on their way; which ones is recorded on the target. Safe for use by any thread. */
final class JoinRequests {
    private boolean asked;
    private boolean open;

    /** Somebody has recorded a request. */
    synchronized void ask() {
        asked = true;
        open = true;
    }

    /** Everything recorded up to now is about to be read. */
    synchronized void reading() {
        asked = false;
    }

    /** Tells whether something was recorded since it was last read. */
    synchronized boolean isAsked() {
        return asked;
    }

    /** Tells whether tables are on their way: the run is not ready as long as they are. */
    synchronized boolean isOpen() {
        return open;
    }

    /** Takes what was read. */
    synchronized void settle(boolean pending) {
        open = pending || asked;
    }
}
