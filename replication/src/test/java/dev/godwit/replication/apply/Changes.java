package dev.godwit.replication.apply;

import dev.godwit.replication.Lsn;
import dev.godwit.replication.RelationName;
import dev.godwit.replication.pgoutput.PgOutputDecoder;
import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.RelationColumn;
import dev.godwit.replication.pgoutput.ReplicaIdentity;
import dev.godwit.replication.pgoutput.TupleData;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Changes of a table with a key {@code id} and two more columns, as the source would send them. */
final class Changes {

    /** A value that is not sent because it has not changed. */
    static final String UNCHANGED = "~";

    /** No value. */
    static final String NULL = "-";

    private static final int TABLE = 7;
    private static final List<String> COLUMNS = List.of("id", "a", "b");

    private Changes() {}

    /** The table's mapping, the target's having these columns more. */
    static TableMapping mapping(String... more) {
        Map<String, TargetColumn> target = new LinkedHashMap<>();
        COLUMNS.forEach(name -> target.put(name, column(name)));
        for (String name : more) {
            target.put(name, column(name));
        }
        return new TableMapping(
                relation(), new TargetTable(new RelationName("public", "t"), false, target, List.of("id")));
    }

    /** The table's description. */
    static PgOutputMessage.Relation relation() {
        List<RelationColumn> columns = COLUMNS.stream()
                .map(name -> new RelationColumn(name, name.equals("id"), 25, -1))
                .toList();
        return new PgOutputMessage.Relation(TABLE, "public", "t", ReplicaIdentity.DEFAULT, columns);
    }

    private static TargetColumn column(String name) {
        return new TargetColumn(name, "text", false, false, "pg_catalog", true);
    }

    static PgOutputMessage insert(String... row) {
        return message('I', 'N', row);
    }

    static PgOutputMessage delete(String id) {
        return message('D', 'K', id, NULL, NULL);
    }

    static PgOutputMessage update(String... row) {
        return message('U', 'N', row);
    }

    static PgOutputMessage updateKey(String before, String... row) {
        ByteArrayOutputStream out = header('U');
        tuple(out, 'K', before, NULL, NULL);
        tuple(out, 'N', row);
        return PgOutputDecoder.decode(ByteBuffer.wrap(out.toByteArray()), Lsn.ZERO);
    }

    private static PgOutputMessage message(char tag, char kind, String... row) {
        ByteArrayOutputStream out = header(tag);
        tuple(out, kind, row);
        return PgOutputDecoder.decode(ByteBuffer.wrap(out.toByteArray()), Lsn.ZERO);
    }

    private static ByteArrayOutputStream header(char tag) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(TABLE).array());
        return out;
    }

    private static void tuple(ByteArrayOutputStream out, char kind, String... row) {
        out.write(kind);
        out.writeBytes(
                ByteBuffer.allocate(Short.BYTES).putShort((short) row.length).array());
        for (String value : row) {
            if (value.equals(NULL)) {
                out.write('n');
            } else if (value.equals(UNCHANGED)) {
                out.write('u');
            } else {
                byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
                out.write('t');
                out.writeBytes(
                        ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).array());
                out.writeBytes(bytes);
            }
        }
    }

    /** The columns' texts. */
    static List<String> values(TupleData row) throws CharacterCodingException {
        List<String> values = new ArrayList<>();
        for (int i = 0; i < row.columnCount(); i++) {
            if (row.isUnchanged(i)) {
                values.add(UNCHANGED);
            } else {
                values.add(row.isNull(i) ? NULL : row.text(i));
            }
        }
        return values;
    }
}
