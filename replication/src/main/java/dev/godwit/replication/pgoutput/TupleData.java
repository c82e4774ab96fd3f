package dev.godwit.replication.pgoutput;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The columns of a row as they came over the wire: the message's bytes and where in them each column begins.
 *
 * <p>Texts are decoded only when asked for. Immutable as long as nobody changes the bytes that were decoded.
 */
public final class TupleData {

    private static final char REPLACEMENT = '\uFFFD';
    private static final int HEADER = 1 + Integer.BYTES;

    private final byte[] bytes;
    private final int[] starts;
    private final int sizeInBytes;

    TupleData(byte[] bytes, int[] starts, int sizeInBytes) {
        this.bytes = bytes;
        this.starts = starts;
        this.sizeInBytes = sizeInBytes;
    }

    /**
     * Gives the number of columns.
     *
     * @return the number
     */
    public int columnCount() {
        return starts.length;
    }

    /**
     * Gives the size on the wire.
     *
     * @return the bytes of all columns with their headers
     */
    public int sizeInBytes() {
        return sizeInBytes;
    }

    /**
     * Tells whether a column is null.
     *
     * @param column the index
     * @return true for null
     */
    public boolean isNull(int column) {
        return kind(column) == 'n';
    }

    /**
     * Tells whether a column's out-of-line value is unchanged and therefore not here.
     *
     * @param column the index
     * @return true if there is no value
     */
    public boolean isUnchanged(int column) {
        return kind(column) == 'u';
    }

    /**
     * Tells whether a column has its value in text form.
     *
     * @param column the index
     * @return true for text
     */
    public boolean isText(int column) {
        return kind(column) == 't';
    }

    /**
     * Gives a value in text form.
     *
     * @param column the index
     * @return the text
     * @throws CharacterCodingException if the bytes are not valid UTF-8, as a source of encoding SQL_ASCII may send
     * @throws IllegalStateException if the column has no text
     */
    public String text(int column) throws CharacterCodingException {
        if (kind(column) != 't') {
            throw new IllegalStateException("column " + column + " has no text");
        }
        int start = starts[column] + HEADER;
        int length = length(column);
        String text = new String(bytes, start, length, StandardCharsets.UTF_8);
        if (text.indexOf(REPLACEMENT) >= 0) {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(bytes, start, length))
                    .toString();
        }
        return text;
    }

    /**
     * Tells whether a column is the same as one of another row, byte by byte; what is not sent equals nothing.
     *
     * @param column the index here
     * @param other the other row
     * @param otherColumn the index there
     * @return true if both are null, or both have values of the same bytes
     */
    public boolean sameValue(int column, TupleData other, int otherColumn) {
        byte kind = kind(column);
        if (kind != other.kind(otherColumn) || kind == 'u') {
            return false;
        }
        if (kind == 'n') {
            return true;
        }
        int from = starts[column] + HEADER;
        int otherFrom = other.starts[otherColumn] + HEADER;
        return Arrays.equals(
                bytes, from, from + length(column), other.bytes, otherFrom, otherFrom + other.length(otherColumn));
    }

    private byte kind(int column) {
        return bytes[starts[column]];
    }

    private int length(int column) {
        return ByteBuffer.wrap(bytes, starts[column] + 1, Integer.BYTES).getInt();
    }

    /** Gives the shape only; values do not belong into messages and logs. */
    @Override
    public String toString() {
        return "TupleData[" + starts.length + " columns, " + sizeInBytes + " bytes]";
    }
}
