package dev.godwit.event;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.Level;

/**
 * An event as a line for people, without the migration's name.
 *
 * @param level how much it matters, as in a log; what nobody reads line by line is {@code DEBUG} or less
 * @param text what has happened
 */
record EventText(Level level, String text) {

    /** Describes an event. */
    static EventText of(MigrationEvent event) {
        EventText text = ofRun(event);
        if (text == null) {
            text = ofCopy(event);
        }
        if (text == null) {
            text = ofReplication(event);
        }
        if (text == null) {
            text = ofVerification(event);
        }
        if (text == null) {
            text = ofCutover(event);
        }
        return text == null ? new EventText(Level.DEBUG, event.toString()) : text;
    }

    private static EventText info(String text) {
        return new EventText(Level.INFO, text);
    }

    private static EventText warn(String text) {
        return new EventText(Level.WARN, text);
    }

    private static @Nullable EventText ofRun(MigrationEvent event) {
        if (event instanceof MigrationEvent.PhaseChanged phase) {
            return info(phase.from() + " -> " + phase.to());
        }
        if (event instanceof MigrationEvent.Failed failed) {
            return new EventText(Level.ERROR, "failed in " + failed.phase() + ": " + failed.message());
        }
        if (event instanceof MigrationEvent.Warning warning) {
            return warn(warning.message());
        }
        if (event instanceof MigrationEvent.FindingReported finding) {
            String text = "preflight " + finding.code() + " [" + finding.object() + "]: " + finding.message() + " -> "
                    + finding.remedy();
            return finding.severity().equals("INFORMATION") ? info(text) : warn(text);
        }
        if (event instanceof MigrationEvent.Reconnecting lost) {
            return warn(lost.reason() + "; trying again (attempt " + lost.attempt() + ")");
        }
        if (event instanceof MigrationEvent.Reconnected back) {
            return info("going on " + Figures.time(back.after()) + " after a connection was lost");
        }
        return null;
    }

    private static @Nullable EventText ofCopy(MigrationEvent event) {
        if (event instanceof MigrationEvent.TableCopied table) {
            return info("table " + table.table() + " copied: " + moved(table.rows(), table.bytes(), table.took()));
        }
        if (event instanceof MigrationEvent.ChunkCopied chunk) {
            return new EventText(
                    Level.DEBUG,
                    "table " + chunk.table() + ", part " + (chunk.part() + 1) + " of " + chunk.parts() + " copied: "
                            + moved(chunk.rows(), chunk.bytes(), chunk.took()));
        }
        if (event instanceof MigrationEvent.PartFailed failed) {
            return warn(failed.part() + " failed, the others go on: " + failed.message());
        }
        if (event instanceof MigrationEvent.CopyProgress copy) {
            return info("copied " + copy.copied() + " of " + copy.tables() + " tables, "
                    + Figures.percent(share(copy)) + ", " + Figures.count(copy.rows()) + " rows, "
                    + Figures.bytes(copy.bytesPerSecond()) + "/s" + left(copy.remaining()));
        }
        if (event instanceof MigrationEvent.CopyThrottled throttled) {
            return info(throttled.reason().isEmpty() ? "the copy goes on" : "the copy pauses: " + throttled.reason());
        }
        return null;
    }

    /** How much of the copy is done, by the source's statistics; an empty database is done at once. */
    static double share(MigrationEvent.CopyProgress copy) {
        if (copy.copied() == copy.tables()) {
            return 1;
        }
        return copy.totalBytes() == 0 ? 0 : Math.min(0.99, (double) copy.doneBytes() / copy.totalBytes());
    }

    static String left(@Nullable Duration remaining) {
        return remaining == null ? "" : ", " + Figures.clock(remaining) + " left";
    }

    private static String moved(long rows, long bytes, Duration took) {
        return Figures.count(rows) + " rows, " + Figures.bytes(bytes) + " in " + Figures.time(took);
    }

    private static @Nullable EventText ofReplication(MigrationEvent event) {
        if (event instanceof MigrationEvent.ReplicationProgress progress) {
            return info(
                    "behind by " + Figures.bytes(progress.lagBytes()) + " and " + Figures.time(progress.lag()) + "; "
                            + Figures.count(progress.transactions()) + " transactions, "
                            + Figures.count(progress.inserts() + progress.updates() + progress.deletes())
                            + " changes applied, up to " + progress.appliedLsn());
        }
        if (event instanceof MigrationEvent.ConflictRecorded conflict) {
            return warn(conflict.kind() + " on table " + conflict.table() + " at " + conflict.commitLsn()
                    + " was recorded, key hash " + conflict.keyHash());
        }
        if (event instanceof MigrationEvent.SourceSchemaChanged changed) {
            return changed.differences().isEmpty()
                    ? info("the target has what was changed in the source's schema")
                    : warn("the source's schema was changed: " + String.join("; ", changed.differences()));
        }
        if (event instanceof MigrationEvent.TablesCreated created) {
            return created.tables().isEmpty()
                    ? info("no table of the source is left out any more")
                    : warn("tables were created on the source and are not migrated: "
                            + String.join(", ", created.tables()));
        }
        if (event instanceof MigrationEvent.TableJoined joined) {
            return info("table " + joined.table() + " has joined the stream");
        }
        if (event instanceof MigrationEvent.Paused paused) {
            return warn("paused before a change of table " + paused.table() + ": "
                    + String.join("; ", paused.differences()));
        }
        return null;
    }

    private static @Nullable EventText ofVerification(MigrationEvent event) {
        if (event instanceof MigrationEvent.VerificationStarted started) {
            return info(
                    "comparing " + Figures.count(started.tables()) + " tables of both sides as of " + started.lsn());
        }
        if (event instanceof MigrationEvent.VerificationProgress progress) {
            return info("compared " + progress.tablesDone() + " of " + progress.tables() + " tables, "
                    + Figures.count(progress.rows()) + " rows, " + Figures.bytes(progress.bytes()) + " of "
                    + Figures.bytes(progress.totalBytes()) + differing(progress.differingTables()));
        }
        if (event instanceof MigrationEvent.VerificationCompleted done) {
            String took = " (as of " + done.lsn() + ", in " + Figures.time(done.took()) + ")";
            return done.equal()
                    ? info("both sides are equal" + took)
                    : warn("both sides differ, in " + Figures.count(done.differingRows()) + " rows" + took);
        }
        if (event instanceof MigrationEvent.VerificationFailed failed) {
            return warn("the verification came to nothing: " + failed.message());
        }
        if (event instanceof MigrationEvent.RowsRepaired repaired) {
            return info(Figures.count(repaired.rows()) + " rows were copied afresh, as of " + repaired.lsn());
        }
        return null;
    }

    private static String differing(int tables) {
        return tables == 0 ? "" : ", differences in " + tables;
    }

    private static @Nullable EventText ofCutover(MigrationEvent event) {
        if (event instanceof MigrationEvent.CutoverStarted) {
            return info("the cutover begins");
        }
        if (event instanceof MigrationEvent.CutoverStepDone step) {
            return info("cutover: " + step.step() + " took " + Figures.time(step.took()));
        }
        if (event instanceof MigrationEvent.CutoverReverted reverted) {
            return warn("the cutover was undone: " + reverted.message());
        }
        if (event instanceof MigrationEvent.CutoverRehearsed rehearsed) {
            return info("the cutover was rehearsed; writes are to be held back for "
                    + Figures.time(rehearsed.expectedPause()));
        }
        if (event instanceof MigrationEvent.CutoverCompleted done) {
            return info("the cutover is done; writes were held back for " + Figures.time(done.writePause()));
        }
        return null;
    }
}
