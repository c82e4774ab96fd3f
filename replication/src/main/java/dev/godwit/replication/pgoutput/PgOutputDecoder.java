package dev.godwit.replication.pgoutput;

import dev.godwit.replication.Lsn;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decodes messages of pgoutput, protocol version 1.
 *
 * <p>A pure function: it keeps no state, reads nothing but the bytes given, and allocates no more than a small multiple of
 * them, whatever counts and lengths they claim. Unknown tags and kinds, short messages and trailing bytes are failures.
 */
public final class PgOutputDecoder {

    private PgOutputDecoder() {}

    /**
     * Decodes one message.
     *
     * @param frame the message, from its position to its limit, of which nothing must be left over; rows refer to its
     *     array without copying, so it must not be changed afterwards
     * @param lsn the position that it came with, for failures
     * @return the message
     * @throws ProtocolException if it is not a message of protocol version 1
     */
    public static PgOutputMessage decode(ByteBuffer frame, Lsn lsn) {
        FrameReader in = new FrameReader(frame, lsn);
        PgOutputMessage message = switch (in.tag()) {
            case 'B' -> new PgOutputMessage.Begin(in.lsn(), in.time(), in.int32());
            case 'C' -> commit(in);
            case 'O' -> new PgOutputMessage.Origin(in.lsn(), in.string());
            case 'R' -> relation(in);
            case 'Y' -> new PgOutputMessage.Type(in.int32(), schema(in), in.string());
            case 'I' -> insert(in);
            case 'U' -> update(in);
            case 'D' -> delete(in);
            case 'T' -> truncate(in);
            case 'M' -> logicalMessage(in);
            default -> throw in.failure("unknown message type", 0);
        };
        in.requireEnd();
        return message;
    }

    private static PgOutputMessage commit(FrameReader in) {
        int flags = in.int8();
        if (flags != 0) {
            throw in.failure("unknown commit flags " + flags, 1);
        }
        Lsn commitLsn = in.lsn();
        Lsn endLsn = in.lsn();
        Instant time = in.time();
        return new PgOutputMessage.Commit(commitLsn, endLsn, time);
    }

    private static String schema(FrameReader in) {
        String schema = in.string();
        return schema.isEmpty() ? "pg_catalog" : schema;
    }

    private static PgOutputMessage relation(FrameReader in) {
        int id = in.int32();
        String schema = schema(in);
        String name = in.string();
        ReplicaIdentity identity = identity(in);
        int count = in.count16(1 + 1 + 2 * Integer.BYTES);
        List<RelationColumn> columns = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int flags = in.int8();
            if (flags != 0 && flags != 1) {
                throw in.failure("unknown column flags " + flags, 1);
            }
            columns.add(new RelationColumn(in.string(), flags == 1, in.int32(), in.int32()));
        }
        return new PgOutputMessage.Relation(id, schema, name, identity, List.copyOf(columns));
    }

    private static ReplicaIdentity identity(FrameReader in) {
        int identity = in.int8();
        return switch (identity) {
            case 'd' -> ReplicaIdentity.DEFAULT;
            case 'n' -> ReplicaIdentity.NOTHING;
            case 'f' -> ReplicaIdentity.FULL;
            case 'i' -> ReplicaIdentity.INDEX;
            default -> throw in.failure("unknown replica identity " + identity, 1);
        };
    }

    private static PgOutputMessage insert(FrameReader in) {
        int relation = in.int32();
        requireNew(in, in.int8());
        return new PgOutputMessage.Insert(relation, in.tuple());
    }

    private static void requireNew(FrameReader in, int kind) {
        if (kind != 'N') {
            throw in.failure("unknown tuple marker " + kind + " instead of a new row", 1);
        }
    }

    private static PgOutputMessage update(FrameReader in) {
        int relation = in.int32();
        @Nullable TupleData key = null;
        @Nullable TupleData row = null;
        int kind = in.int8();
        if (kind == 'K') {
            key = in.tuple();
            kind = in.int8();
        } else if (kind == 'O') {
            row = in.tuple();
            kind = in.int8();
        }
        requireNew(in, kind);
        return new PgOutputMessage.Update(relation, key, row, in.tuple());
    }

    private static PgOutputMessage delete(FrameReader in) {
        int relation = in.int32();
        int kind = in.int8();
        if (kind != 'K' && kind != 'O') {
            throw in.failure("unknown tuple marker " + kind + " instead of an old row", 1);
        }
        return new PgOutputMessage.Delete(relation, in.tuple(), kind == 'O');
    }

    private static PgOutputMessage truncate(FrameReader in) {
        int count = in.int32();
        int options = in.int8();
        if ((options & ~3) != 0) {
            throw in.failure("unknown TRUNCATE options " + options, 1);
        }
        if (count < 0 || count > in.remaining() / Integer.BYTES) {
            throw in.failure("impossible number of tables " + count, 1 + Integer.BYTES);
        }
        List<Integer> relations = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            relations.add(in.int32());
        }
        return new PgOutputMessage.Truncate(List.copyOf(relations), (options & 1) != 0, (options & 2) != 0);
    }

    private static PgOutputMessage logicalMessage(FrameReader in) {
        int flags = in.int8();
        if (flags != 0 && flags != 1) {
            throw in.failure("unknown message flags " + flags, 1);
        }
        Lsn at = in.lsn();
        String prefix = in.string();
        int length = in.skipCounted();
        return new PgOutputMessage.LogicalMessage(flags == 1, at, prefix, length);
    }
}
