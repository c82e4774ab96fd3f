package dev.godwit.internal.copy;

import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes large objects of the target, in the caller's transaction. An object that exists is emptied and filled again, so that its owner
 * and grants stay. Holds a MiB at most, and the driver's copies of it.
 *
 * @see <a href="https://www.postgresql.org/docs/current/lo-funcs.html">PostgreSQL manual: server-side functions</a>
 */
final class LargeObjectWriter {
    private static final int BUFFER_BYTES = 1024 * 1024;
    /** What is read from one object is joined up to this size. */
    private static final int PIECE_BYTES = 256 * 1024;

    private static final String CREATE = "SELECT pg_catalog.lo_create(o) FROM unnest(?::bigint[]::oid[]) AS o";
    private static final String UNLINK = "SELECT pg_catalog.lo_unlink(o) FROM unnest(?::bigint[]::oid[]) AS o";
    private static final String PUT = """
            SELECT pg_catalog.lo_put(w.o, w.p, w.d)
              FROM unnest(?::bigint[]::oid[], ?::bigint[], ?::bytea[]) AS w (o, p, d)
            """;
    /** Shortens as well as lengthens. */
    private static final String RESIZE = """
            SELECT pg_catalog.lo_truncate64(r.fd, r.size), pg_catalog.lo_close(r.fd)
              FROM (SELECT pg_catalog.lo_open(s.o, 131072) AS fd, s.size
                      FROM unnest(?::bigint[]::oid[], ?::bigint[]) AS s (o, size) OFFSET 0) r
            """;

    private final Connection target;
    /** By OID: where the object ends, and where what was written of it ends. */
    private final Map<Long, long[]> ends = new HashMap<>();

    private final List<Long> oids = new ArrayList<>();
    private final List<Long> offsets = new ArrayList<>();
    private final List<byte[]> data = new ArrayList<>();
    private int buffered;

    private final byte[] piece = new byte[PIECE_BYTES];
    private long pieceOid;
    private long pieceOffset;
    private int pieceLength;
    private long bytes;

    LargeObjectWriter(Connection target) {
        this.target = target;
    }

    void create(Collection<Long> created) throws SQLException {
        execute(CREATE, created);
    }

    void unlink(Collection<Long> gone) throws SQLException {
        execute(UNLINK, gone);
    }

    void empty(Collection<Long> objects) throws SQLException {
        Map<Long, Long> sizes = new HashMap<>();
        objects.forEach(oid -> sizes.put(oid, 0L));
        resize(sizes);
    }

    /** Writes what an object holds from an offset on; zeros need not be written. */
    void write(long oid, long offset, byte[] some) throws SQLException {
        long[] end = ends.computeIfAbsent(oid, o -> new long[2]);
        end[0] = Math.max(end[0], offset + some.length);
        bytes += some.length;
        int used = 0;
        while (used < some.length) {
            if (pieceLength == PIECE_BYTES || oid != pieceOid || offset + used != pieceOffset + pieceLength) {
                endPiece();
                pieceOid = oid;
                pieceOffset = offset + used;
            }
            int part = Math.min(PIECE_BYTES - pieceLength, some.length - used);
            System.arraycopy(some, used, piece, pieceLength, part);
            pieceLength += part;
            used += part;
        }
    }

    private void endPiece() throws SQLException {
        int length = pieceLength;
        pieceLength = 0;
        if (isZero(length)) {
            return;
        }
        byte[] copy = new byte[length];
        System.arraycopy(piece, 0, copy, 0, length);
        oids.add(pieceOid);
        offsets.add(pieceOffset);
        data.add(copy);
        buffered += length;
        long[] end = ends.computeIfAbsent(pieceOid, o -> new long[2]);
        end[1] = Math.max(end[1], pieceOffset + length);
        if (buffered >= BUFFER_BYTES - PIECE_BYTES) {
            put();
        }
    }

    private boolean isZero(int length) {
        for (int i = 0; i < length; i++) {
            if (piece[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Ends what was begun: everything is written, and of the right size; gives the bytes written since the last time. */
    long finish() throws SQLException {
        endPiece();
        put();
        Map<Long, Long> longer = new HashMap<>();
        ends.forEach((oid, end) -> {
            if (end[0] > end[1]) {
                longer.put(oid, end[0]);
            }
        });
        resize(longer);
        ends.clear();
        long written = bytes;
        bytes = 0;
        return written;
    }

    private void put() throws SQLException {
        if (oids.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = target.prepareStatement(PUT)) {
            statement.setArray(1, longs(oids));
            statement.setArray(2, longs(offsets));
            statement.setArray(3, target.createArrayOf("bytea", data.toArray(new byte[0][])));
            statement.execute();
        }
        oids.clear();
        offsets.clear();
        data.clear();
        buffered = 0;
    }

    private void resize(Map<Long, Long> sizes) throws SQLException {
        if (sizes.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = target.prepareStatement(RESIZE)) {
            statement.setArray(1, longs(sizes.keySet()));
            statement.setArray(2, longs(sizes.values()));
            statement.execute();
        }
    }

    /** Gives objects their comments, and takes away those of objects that are to have none. */
    void comment(ResultSet comments) throws SQLException {
        StringBuilder script = new StringBuilder();
        try (PreparedStatement format =
                target.prepareStatement("SELECT format('COMMENT ON LARGE OBJECT %s IS %L;', ?, ?)")) {
            while (comments.next()) {
                format.setLong(1, comments.getLong(1));
                format.setString(2, comments.getString(2));
                try (ResultSet row = format.executeQuery()) {
                    row.next();
                    script.append(row.getString(1));
                }
            }
        }
        if (!script.isEmpty()) {
            try (Statement statement = target.createStatement()) {
                // The driver would look for its own escapes.
                statement.setEscapeProcessing(false);
                statement.execute(script.toString());
            }
        }
    }

    private void execute(String sql, Collection<Long> objects) throws SQLException {
        if (objects.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = target.prepareStatement(sql)) {
            statement.setArray(1, longs(objects));
            statement.execute();
        }
    }

    Array longs(Collection<Long> values) throws SQLException {
        return target.createArrayOf("int8", values.toArray());
    }
}
