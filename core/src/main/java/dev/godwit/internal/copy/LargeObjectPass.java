package dev.godwit.internal.copy;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** One pass: both lists side by side, and what differs in groups, each a transaction of the target. */
final class LargeObjectPass {
    private static final int GROUP_OBJECTS = 500;
    private static final long GROUP_BYTES = 64L * 1024 * 1024;

    private static final String REMEMBER = """
            INSERT INTO godwit.large_object (migration, oid, mark)
            SELECT ?, c.oid, c.mark FROM unnest(?::bigint[]::oid[], ?::text[]) AS c (oid, mark)
                ON CONFLICT (migration, oid) DO UPDATE SET mark = excluded.mark
            """;

    private record Change(long oid, String mark, boolean isNew, boolean contents, boolean comment) {}

    private final LargeObjects objects;
    private final LargeObjectReader reader;
    private final Connection target;
    private final TimeLimit limit;
    private final LargeObjectWriter writer;
    private final List<Change> group = new ArrayList<>();
    private final List<Long> gone = new ArrayList<>();
    private long groupBytes;
    private long seen;
    private long copied;
    private long removed;
    private long bytes;

    LargeObjectPass(LargeObjects objects, LargeObjectReader reader, Connection target, TimeLimit limit) {
        this.objects = objects;
        this.reader = reader;
        this.target = target;
        this.limit = limit;
        this.writer = new LargeObjectWriter(target);
    }

    LargeObjects.Pass run() throws SQLException {
        target.setAutoCommit(false);
        limit.impose(target);
        TargetLargeObjects existing = new TargetLargeObjects(target, objects.migration);
        try (PreparedStatement list = reader.list();
                ResultSet listed = list.executeQuery()) {
            while (listed.next()) {
                seen++;
                removeBefore(existing, listed.getLong(1));
                compare(existing, listed);
            }
        }
        removeBefore(existing, Long.MAX_VALUE);
        flush();
        if (objects.access.isWanted()) {
            objects.access.equalize(reader.source, target, objects.migration);
            objects.ownership.require(target);
            target.commit();
        }
        return new LargeObjects.Pass(seen, copied, removed, bytes);
    }

    private void removeBefore(TargetLargeObjects existing, long oid) throws SQLException {
        TargetLargeObjects.Entry next = existing.peek();
        while (next != null && next.oid() < oid) {
            if (next.isOurs()) {
                gone.add(next.oid());
                if (gone.size() >= GROUP_OBJECTS) {
                    flush();
                }
            }
            existing.advance();
            next = existing.peek();
        }
    }

    private void compare(TargetLargeObjects existing, ResultSet listed) throws SQLException {
        long oid = listed.getLong(1);
        String mark = listed.getString(3);
        String comment = listed.getString(4);
        TargetLargeObjects.Entry there = existing.peek();
        if (there == null || there.oid() != oid) {
            add(new Change(oid, mark, true, true, comment != null), listed.getLong(2));
            return;
        }
        existing.advance();
        if (!there.isOurs()) {
            throw new IllegalStateException("large object " + oid + " exists on the target, and is not what this"
                    + " migration copied from the source's: somebody else created it; SELECT lo_unlink(" + oid
                    + ") there once nobody needs it, then go on");
        }
        boolean contents = !mark.equals(there.mark());
        boolean commented = !Objects.equals(comment, there.commentHash());
        if (contents || commented) {
            add(new Change(oid, mark, false, contents, commented), contents ? listed.getLong(2) : 0);
        }
    }

    private void add(Change change, long estimatedBytes) throws SQLException {
        group.add(change);
        groupBytes += estimatedBytes;
        if (group.size() >= GROUP_OBJECTS || groupBytes >= GROUP_BYTES) {
            flush();
        }
    }

    private void flush() throws SQLException {
        if (limit.isOver()) {
            throw LargeObjects.outOfTime(null);
        }
        if (!group.isEmpty() || !gone.isEmpty()) {
            remove();
            copy();
            objects.ownership.require(target);
        }
        target.commit();
        objects.between.run();
        limit.impose(target);
        group.clear();
        gone.clear();
        groupBytes = 0;
    }

    private void remove() throws SQLException {
        writer.unlink(gone);
        try (PreparedStatement forget = target.prepareStatement(
                "DELETE FROM godwit.large_object WHERE migration = ? AND oid = ANY (?::bigint[]::oid[])")) {
            forget.setString(1, objects.migration);
            forget.setArray(2, writer.longs(gone));
            forget.executeUpdate();
        }
        removed += gone.size();
    }

    private void copy() throws SQLException {
        writer.create(oids(group.stream().filter(Change::isNew).toList()));
        List<Change> toFill = group.stream().filter(Change::contents).toList();
        writer.empty(oids(toFill.stream().filter(change -> !change.isNew()).toList()));
        fill(oids(toFill));
        try (PreparedStatement remember = target.prepareStatement(REMEMBER)) {
            remember.setString(1, objects.migration);
            remember.setArray(2, writer.longs(oids(toFill)));
            remember.setArray(
                    3,
                    target.createArrayOf(
                            "text", toFill.stream().map(Change::mark).toArray()));
            remember.executeUpdate();
        }
        List<Long> commented = oids(group.stream().filter(Change::comment).toList());
        if (!commented.isEmpty()) {
            try (PreparedStatement query = reader.comments(commented);
                    ResultSet comments = query.executeQuery()) {
                writer.comment(comments);
            }
        }
        copied += group.size();
    }

    private void fill(List<Long> oids) throws SQLException {
        if (oids.isEmpty()) {
            return;
        }
        try (PreparedStatement query = reader.contents(oids);
                ResultSet piece = query.executeQuery()) {
            while (piece.next()) {
                writer.write(piece.getLong(1), piece.getLong(2), piece.getBytes(3));
                if (limit.isOver()) {
                    throw LargeObjects.outOfTime(null);
                }
            }
        }
        bytes += writer.finish();
    }

    private static List<Long> oids(List<Change> changes) {
        return changes.stream().map(Change::oid).toList();
    }
}
