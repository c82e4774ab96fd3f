package dev.godwit.result;

import java.time.Instant;

/**
 * A change that did not fit the target and was recorded in {@code godwit.apply_exception} there instead of being applied. The
 * row's values are in that table only.
 *
 * @param id the row's {@code id} in the table; later ones have higher ones
 * @param table the table, {@code schema.table}
 * @param operation {@code INSERT}, {@code UPDATE} or {@code DELETE}
 * @param kind what did not fit, such as {@code UPDATE_MISSING}
 * @param keyHash a hash of the row's key
 * @param commitLsn the source transaction's commit LSN, in the server's text form
 * @param recordedAt when it was recorded, by the target's clock
 */
public record RecordedConflict(
        long id, String table, String operation, String kind, String keyHash, String commitLsn, Instant recordedAt) {}
