package dev.godwit.internal.engine;

/** Whether tables are to join, or are on their way; which ones is recorded on the target. Safe for use by any thread. */
final class JoinRequests {
    private boolean asked;
    private boolean open;
    private int reserved;

    /** Somebody is about to record a request; {@link #release} has to follow. From now on no cutover begins. */
    synchronized void reserve() {
        reserved++;
    }

    /** Who has reserved has recorded its request and asked, or has failed. */
    synchronized void release() {
        reserved--;
    }

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

    /** Tells whether tables are on their way, or may be in a moment: no cutover begins without them. */
    synchronized boolean isExpected() {
        return open || reserved > 0;
    }

    /** Takes what was read. */
    synchronized void settle(boolean pending) {
        open = pending || asked;
    }
}
