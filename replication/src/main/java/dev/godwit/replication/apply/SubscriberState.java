package dev.godwit.replication.apply;

/** What a subscriber is doing. */
public enum SubscriberState {
    /** Not started yet. */
    NEW,
    /** Connecting, for the first time or again. */
    CONNECTING,
    /** Applying what arrives. */
    STREAMING,
    /** Holding back transactions from a position on. */
    HELD,
    /** Closed. */
    STOPPED,
    /** Ended by a failure. */
    FAILED
}
