package dev.godwit.replication.apply;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * One session of the target, with the changes that are collected for it and the thread that applies them.
 *
 * @param number its number; the first is 0
 * @param target the session
 * @param tables what applies changes there
 * @param writer the thread
 * @param collector the changes
 */
record Applier(int number, Connection target, TargetTables tables, TargetWriter writer, ChangeCollector collector) {

    boolean hasEnough() {
        return collector.isFull() || (collector.isWorthwhile() && writer.isIdle());
    }

    /** Gives what was collected to the thread; false if there was nothing. */
    boolean send(Work work) throws SQLException, InterruptedException {
        if (collector.isEmpty()) {
            return false;
        }
        ChangeChunk chunk = collector.take();
        writer.submit(chunk.bytes(), () -> work.apply(tables, chunk));
        return true;
    }

    /** How a chunk is applied. */
    interface Work {
        /** Applies it. */
        void apply(TargetTables tables, ChangeChunk chunk) throws SQLException;
    }
}
