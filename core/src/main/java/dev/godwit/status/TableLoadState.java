package dev.godwit.status;

/** How far a table's full load is. */
public enum TableLoadState {
    /** Its rows are still to be copied. */
    QUEUED,
    /** Its rows are being copied. */
    LOADING,
    /** Its rows are committed on the target; changes follow. */
    COMPLETED,
    /** Its copy has failed; after {@code resume()} it is tried again. */
    ERRORED
}
