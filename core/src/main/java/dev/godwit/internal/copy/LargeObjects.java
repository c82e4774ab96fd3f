package dev.godwit.internal.copy;

import dev.godwit.internal.state.Ownership;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Large objects, which are in no stream: the target's are made equal to the source's, with their OIDs and comments, on request with owners
 * and grants, as often as asked to.
 * {@code godwit.large_object} on the target remembers which of its objects are the migration's, and a mark of what the source's held when
 * they were copied, so that later only what has changed is moved. Objects of others on the target are left alone.
 *
 * <p>Memory: a page of the list, and what {@link LargeObjectWriter} holds. Used by one thread.
 */
public final class LargeObjects {
    private static final String QUERY_CANCELED = "57014";
    private static final int GROUP_OBJECTS = 500;
    private static final long GROUP_BYTES = 64L * 1024 * 1024;

    private static final String REMEMBER = """
            INSERT INTO godwit.large_object (migration, oid, mark)
            SELECT ?, c.oid, c.mark FROM unnest(?::bigint[]::oid[], ?::text[]) AS c (oid, mark)
                ON CONFLICT (migration, oid) DO UPDATE SET mark = excluded.mark
            """;

    private final String migration;
    private final LargeObjectAccess access;
    private final Ownership ownership;
    private final Runnable between;
    /** Null until it was asked for. */
    @Nullable
    private Boolean targetHasSome;

    public LargeObjects(String migration, LargeObjectAccess access, Ownership ownership) {
        this(migration, access, ownership, () -> {});
    }

    /**
     * Makes one that may be broken off.
     *
     * @param access who is to own and to use the target's
     * @param between called between two groups of objects; what it throws ends the pass, and what is committed stays
     */
    public LargeObjects(String migration, LargeObjectAccess access, Ownership ownership, Runnable between) {
        this.migration = migration;
        this.access = access;
        this.ownership = ownership;
        this.between = between;
    }

    /**
     * What a pass did.
     *
     * @param seen the source's objects
     * @param copied those of them that were created or had changed
     * @param removed what the source has no more
     * @param bytes of those copied
     */
    public record Pass(long seen, long copied, long removed, long bytes) {
        /** Whether everything was equal before. */
        public boolean isClean() {
            return copied == 0 && removed == 0;
        }
    }

    private record Change(long oid, String mark, boolean isNew, boolean contents, boolean comment) {}

    /**
     * Makes the target's objects equal to the source's as they are now.
     *
     * @param source in auto-commit mode
     * @param target in auto-commit mode
     * @throws IllegalStateException if there is not time enough, or an object of the target is in the way
     */
    public Pass equalize(Connection source, Connection target, TimeLimit limit) throws SQLException {
        if (!exist(source) && !targetHasSome(target)) {
            return new Pass(0, 0, 0, 0);
        }
        try {
            Pass pass = new Comparison(LargeObjectReader.begin(source, limit), target, limit).run();
            targetHasSome = pass.seen() > 0;
            end(source);
            end(target);
            return pass;
        } catch (SQLException | RuntimeException e) {
            endAfter(e, source);
            endAfter(e, target);
            if (limit.isOver() && e instanceof SQLException sql && QUERY_CANCELED.equals(sql.getSQLState())) {
                throw outOfTime(sql);
            }
            throw e;
        }
    }

    private static IllegalStateException outOfTime(@Nullable SQLException cause) {
        return new IllegalStateException(
                "the large objects could not be made equal within what was left of maxWritePause; raise it, or wait for a"
                        + " moment in which few of them change",
                cause);
    }

    private static void end(Connection connection) throws SQLException {
        if (!connection.isClosed() && !connection.getAutoCommit()) {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private static void endAfter(Exception primary, Connection connection) {
        try {
            end(connection);
        } catch (SQLException e) {
            primary.addSuppressed(e);
        }
    }

    private static boolean exist(Connection source) throws SQLException {
        try (Statement statement = source.createStatement();
                ResultSet row =
                        statement.executeQuery("SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_largeobject_metadata)")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    private boolean targetHasSome(Connection target) throws SQLException {
        Boolean known = targetHasSome;
        if (known == null) {
            try (PreparedStatement query =
                    target.prepareStatement("SELECT EXISTS (SELECT 1 FROM godwit.large_object WHERE migration = ?)")) {
                query.setString(1, migration);
                try (ResultSet row = query.executeQuery()) {
                    row.next();
                    known = row.getBoolean(1);
                    targetHasSome = known;
                }
            }
        }
        return known;
    }

    /** One pass: both lists side by side, and what differs in groups, each a transaction of the target. */
    private final class Comparison {
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

        Comparison(LargeObjectReader reader, Connection target, TimeLimit limit) {
            this.reader = reader;
            this.target = target;
            this.limit = limit;
            this.writer = new LargeObjectWriter(target);
        }

        Pass run() throws SQLException {
            target.setAutoCommit(false);
            limit.impose(target);
            TargetLargeObjects existing = new TargetLargeObjects(target, migration);
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
            if (access.isWanted()) {
                access.equalize(reader.source, target, migration);
                ownership.require(target);
                target.commit();
            }
            return new Pass(seen, copied, removed, bytes);
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
                throw outOfTime(null);
            }
            if (!group.isEmpty() || !gone.isEmpty()) {
                remove();
                copy();
                ownership.require(target);
            }
            target.commit();
            between.run();
            limit.impose(target);
            group.clear();
            gone.clear();
            groupBytes = 0;
        }

        private void remove() throws SQLException {
            writer.unlink(gone);
            try (PreparedStatement forget = target.prepareStatement(
                    "DELETE FROM godwit.large_object WHERE migration = ? AND oid = ANY (?::bigint[]::oid[])")) {
                forget.setString(1, migration);
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
                remember.setString(1, migration);
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
                        throw outOfTime(null);
                    }
                }
            }
            bytes += writer.finish();
        }

        private static List<Long> oids(List<Change> changes) {
            return changes.stream().map(Change::oid).toList();
        }
    }
}
