package dev.godwit.replication.pgoutput;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

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

    /**
     * Gives the bytes that {@link #offset} and {@link #length} point into, without copying them.
     *
     * @return the bytes of the whole message, not to be changed
     */
    public byte[] array() {
        return bytes;
    }

    /**
     * Gives where in {@link #array} a value begins.
     *
     * @param column the index of a column that has a value
     * @return the index of its first byte
     */
    public int offset(int column) {
        return starts[column] + HEADER;
    }

    /**
     * Gives the length of a value.
     *
     * @param column the index of a column that has a value
     * @return the number of bytes in {@link #array}
     */
    public int length(int column) {
        return (int) INT.get(bytes, starts[column] + 1);
    }

    /**
     * Computes a hash of a column that goes with {@link #sameValue}.
     *
     * @param column the index
     * @return equal for columns that are the same
     */
    public int hash(int column) {
        byte kind = kind(column);
        int hash = kind;
        if (kind == 't' || kind == 'b') {
            int end = offset(column) + length(column);
            for (int i = offset(column); i < end; i++) {
                hash = 31 * hash + bytes[i];
            }
        }
        return hash;
    }

    /**
     * Completes a later version of a row by an earlier one.
     *
     * @param earlier the same row before
     * @return this row, with the values that are unchanged taken from the earlier one; this object if there is none such
     * @throws IllegalArgumentException if the rows differ in their number of columns
     */
    public TupleData completedBy(TupleData earlier) {
        if (earlier.starts.length != starts.length) {
            throw new IllegalArgumentException(
                    "rows of " + starts.length + " and " + earlier.starts.length + " columns");
        }
        int size = 0;
        boolean same = true;
        for (int i = 0; i < starts.length; i++) {
            boolean taken = isUnchanged(i) && !earlier.isUnchanged(i);
            same &= !taken;
            size += (taken ? earlier : this).size(i);
        }
        if (same) {
            return this;
        }
        byte[] merged = new byte[size];
        int[] mergedStarts = new int[starts.length];
        int position = 0;
        for (int i = 0; i < starts.length; i++) {
            TupleData from = isUnchanged(i) ? earlier : this;
            mergedStarts[i] = position;
            System.arraycopy(from.bytes, from.starts[i], merged, position, from.size(i));
            position += from.size(i);
        }
        return new TupleData(merged, mergedStarts, size);
    }

    /** Gives what a column takes with its header. */
    private int size(int column) {
        byte kind = kind(column);
        return kind == 't' || kind == 'b' ? HEADER + length(column) : 1;
    }

    private byte kind(int column) {
        return bytes[starts[column]];
    }

    /** Gives the shape only; values do not belong into messages and logs. */
    @Override
    public String toString() {
        return "TupleData[" + starts.length + " columns, " + sizeInBytes + " bytes]";
    }
}
