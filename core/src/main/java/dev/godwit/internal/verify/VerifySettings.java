package dev.godwit.internal.verify;

import dev.godwit.copy.Throttle;
import dev.godwit.result.VerificationScope;
import dev.godwit.schema.TableName;
import java.util.function.Predicate;

/**
 * What is compared, and how.
 *
 * @param scope what is compared
 * @param tables which of the migrated tables
 * @param workers the number of parts compared at a time, with a session on either side for each
 * @param chunkBytes the size of a part on the source
 * @param maxDifferences the differing rows that are named, per table
 * @param withValues whether the report holds values of differing rows
 * @param throttle says when to pause
 */
public record VerifySettings(
        VerificationScope scope,
        Predicate<TableName> tables,
        int workers,
        long chunkBytes,
        int maxDifferences,
        boolean withValues,
        Throttle throttle) {}
