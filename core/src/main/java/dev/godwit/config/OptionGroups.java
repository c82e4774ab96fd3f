package dev.godwit.config;

import dev.godwit.ApplyOptions;
import dev.godwit.ConflictPolicy;
import dev.godwit.CopyOptions;
import dev.godwit.CutoverOptions;
import dev.godwit.LimitPolicy;
import dev.godwit.MaterializedViewRefresh;
import dev.godwit.SourceLimits;
import java.time.Duration;
import java.util.List;

/** Every option of the builders that a task file can hold. */
final class OptionGroups {
    static final OptionGroup<CopyOptions.Builder, CopyOptions> COPY = new OptionGroup<>(
            "copy",
            CopyOptions::builder,
            CopyOptions.Builder::build,
            List.of(
                    new Option<>(
                            "workers",
                            Integer.class,
                            Forms.INTEGER,
                            CopyOptions.Builder::workers,
                            CopyOptions::workers),
                    new Option<>(
                            "maxBytesPerSecond",
                            Long.class,
                            Forms.SIZE,
                            CopyOptions.Builder::maxBytesPerSecond,
                            CopyOptions::maxBytesPerSecond),
                    new Option<>(
                            "splitBytes",
                            Long.class,
                            Forms.SIZE,
                            CopyOptions.Builder::splitBytes,
                            CopyOptions::splitBytes),
                    new Option<>(
                            "indexMemory",
                            Long.class,
                            Forms.SIZE,
                            CopyOptions.Builder::indexMemory,
                            CopyOptions::indexMemoryBytes)));

    static final OptionGroup<SourceLimits.Builder, SourceLimits> SOURCE_LIMITS = new OptionGroup<>(
            "sourceLimits",
            SourceLimits::builder,
            SourceLimits.Builder::build,
            List.of(
                    new Option<>(
                            "retainedWal",
                            Long.class,
                            Forms.SIZE,
                            SourceLimits.Builder::retainedWal,
                            SourceLimits::retainedWalBytes),
                    new Option<>(
                            "xminAge", Long.class, Forms.COUNT, SourceLimits.Builder::xminAge, SourceLimits::xminAge),
                    new Option<>(
                            "policy",
                            LimitPolicy.class,
                            Forms.oneOf(LimitPolicy.class),
                            SourceLimits.Builder::policy,
                            SourceLimits::policy)));

    static final OptionGroup<ApplyOptions.Builder, ApplyOptions> APPLY = new OptionGroup<>(
            "apply",
            ApplyOptions::builder,
            ApplyOptions.Builder::build,
            List.of(
                    new Option<>(
                            "conflictPolicy",
                            ConflictPolicy.class,
                            Forms.oneOf(ConflictPolicy.class),
                            ApplyOptions.Builder::conflictPolicy,
                            ApplyOptions::conflictPolicy),
                    new Option<>(
                            "appliers",
                            Integer.class,
                            Forms.INTEGER,
                            ApplyOptions.Builder::appliers,
                            ApplyOptions::appliers),
                    new Option<>(
                            "batchRows",
                            Integer.class,
                            Forms.INTEGER,
                            ApplyOptions.Builder::batchRows,
                            ApplyOptions::batchRows),
                    new Option<>(
                            "batchBytes",
                            Long.class,
                            Forms.SIZE,
                            ApplyOptions.Builder::batchBytes,
                            ApplyOptions::batchBytes),
                    new Option<>(
                            "memoryBytes",
                            Long.class,
                            Forms.SIZE,
                            ApplyOptions.Builder::memoryBytes,
                            ApplyOptions::memoryBytes),
                    new Option<>(
                            "decodingMemoryBytes",
                            Long.class,
                            Forms.SIZE,
                            ApplyOptions.Builder::decodingMemoryBytes,
                            ApplyOptions::decodingMemoryBytes),
                    new Option<>(
                            "giveUpAfter",
                            Duration.class,
                            Forms.DURATION,
                            ApplyOptions.Builder::giveUpAfter,
                            ApplyOptions::giveUpAfter),
                    new Option<>(
                            "schemaCheckInterval",
                            Duration.class,
                            Forms.DURATION,
                            ApplyOptions.Builder::schemaCheckInterval,
                            ApplyOptions::schemaCheckInterval)));

    static final OptionGroup<CutoverOptions.Builder, CutoverOptions> CUTOVER = new OptionGroup<>(
            "cutover",
            CutoverOptions::builder,
            CutoverOptions.Builder::build,
            List.of(
                    new Option<>(
                            "maxWritePause",
                            Duration.class,
                            Forms.DURATION,
                            CutoverOptions.Builder::maxWritePause,
                            CutoverOptions::maxWritePause),
                    new Option<>(
                            "fenceTimeout",
                            Duration.class,
                            Forms.DURATION,
                            CutoverOptions.Builder::fenceTimeout,
                            CutoverOptions::fenceTimeout),
                    new Option<>(
                            "readyLag",
                            Duration.class,
                            Forms.DURATION,
                            CutoverOptions.Builder::readyLag,
                            CutoverOptions::readyLag),
                    new Option<>(
                            "sequenceMargin",
                            Long.class,
                            Forms.COUNT,
                            CutoverOptions.Builder::sequenceMargin,
                            CutoverOptions::sequenceMargin),
                    new Option<>(
                            "materializedViews",
                            MaterializedViewRefresh.class,
                            Forms.oneOf(MaterializedViewRefresh.class),
                            CutoverOptions.Builder::materializedViews,
                            CutoverOptions::materializedViews),
                    new Option<>(
                            "requireVerified",
                            Duration.class,
                            Forms.DURATION,
                            CutoverOptions.Builder::requireVerified,
                            CutoverOptions::requireVerified),
                    new Option<>(
                            "recheckChanges",
                            Integer.class,
                            Forms.INTEGER,
                            CutoverOptions.Builder::recheckChanges,
                            CutoverOptions::recheckChanges)));

    static final List<OptionGroup<?, ?>> ALL = List.of(COPY, SOURCE_LIMITS, APPLY, CUTOVER);

    private OptionGroups() {}
}
