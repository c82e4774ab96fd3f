package dev.godwit.replication.apply;

import dev.godwit.replication.pgoutput.TupleData;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Writes values, in the text form they were sent in, as the server reads many of them at once: rows of COPY, arrays.
 *
 * @see <a href="https://www.postgresql.org/docs/current/sql-copy.html">PostgreSQL manual: COPY, text format</a>
 * @see <a href="https://www.postgresql.org/docs/current/arrays.html">PostgreSQL manual: arrays, input and output syntax</a>
 */
final class ValueText {

    private static final byte[] NULL = {'N', 'U', 'L', 'L'};
    /** What COPY needs a backslash before, and what stands behind it; zero for all others. */
    private static final byte[] COPY_ESCAPES = new byte[128];

    static {
        COPY_ESCAPES['\\'] = '\\';
        COPY_ESCAPES['\b'] = 'b';
        COPY_ESCAPES['\f'] = 'f';
        COPY_ESCAPES['\n'] = 'n';
        COPY_ESCAPES['\r'] = 'r';
        COPY_ESCAPES['\t'] = 't';
        COPY_ESCAPES[0x0B] = 'v';
    }

    private byte[] bytes;
    private int size;

    ValueText(int capacity) {
        bytes = new byte[capacity];
    }

    int size() {
        return size;
    }

    byte[] array() {
        return bytes;
    }

    void clear() {
        size = 0;
    }

    void put(char ascii) {
        require(1);
        bytes[size++] = (byte) ascii;
    }

    private void require(int more) {
        if (bytes.length - size < more) {
            bytes = Arrays.copyOf(
                    bytes, Math.max(Math.addExact(size, more), (int) Math.min(2L * bytes.length, 1 << 30)));
        }
    }

    /** Appends part of a value as COPY takes it. */
    void copyValue(byte[] from, int offset, int length) {
        require(2 * length);
        byte[] to = bytes;
        int at = size;
        for (int i = offset; i < offset + length; i++) {
            byte next = from[i];
            byte escape = next < 0 ? 0 : COPY_ESCAPES[next];
            if (escape == 0) {
                to[at++] = next;
            } else {
                to[at++] = '\\';
                to[at++] = escape;
            }
        }
        size = at;
    }

    void copyNull() {
        put('\\');
        put('N');
    }

    /** Appends a value, or null, as an element of an array. */
    void element(TupleData row, int column) {
        put(size == 0 ? '{' : ',');
        if (row.isNull(column)) {
            require(NULL.length);
            System.arraycopy(NULL, 0, bytes, size, NULL.length);
            size += NULL.length;
            return;
        }
        int length = row.length(column);
        require(2 * length + 2);
        byte[] from = row.array();
        byte[] to = bytes;
        int at = size;
        to[at++] = '"';
        for (int i = row.offset(column), end = i + length; i < end; i++) {
            byte next = from[i];
            if (next == '"' || next == '\\') {
                to[at++] = '\\';
            }
            to[at++] = next;
        }
        to[at++] = '"';
        size = at;
    }

    /** Ends an array and gives it. */
    String endArray() throws CharacterCodingException {
        put('}');
        String text = new String(bytes, 0, size, StandardCharsets.UTF_8);
        if (text.indexOf('\uFFFD') >= 0) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, 0, size))
                    .toString();
        }
        return text;
    }
}
