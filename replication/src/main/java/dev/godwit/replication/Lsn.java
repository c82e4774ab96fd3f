package dev.godwit.replication;

import java.io.Serializable;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A position in a server's write-ahead log: an unsigned 64-bit byte offset, compared as unsigned.
 *
 * <p>Positions of one server (and one timeline) are ordered; those of different servers are not comparable. Only
 * positions of whole transactions, that is the LSN of a commit record or the end of one, are monotonic in a logical
 * stream; those of single changes are not.
 *
 * <p>Immutable and safe for use by any thread.
 *
 * @param value the offset, to be read as unsigned
 * @see <a href="https://www.postgresql.org/docs/current/datatype-pg-lsn.html">PostgreSQL manual: pg_lsn Type</a>
 * @serial exclude
 */
@SuppressWarnings("InvalidBlockTag") // Without the tag the fields of a serialisable record would need comments.
public record Lsn(long value) implements Comparable<Lsn>, Serializable {

    /** The position before every record, {@code 0/0}; the server uses it for "none". */
    public static final Lsn ZERO = new Lsn(0);

    /** Behind every position of any log. */
    public static final Lsn MAX = new Lsn(-1);

    private static final Pattern FORM = Pattern.compile("[0-9A-Fa-f]{1,8}/[0-9A-Fa-f]{1,8}");

    /**
     * Parses the text form of {@code pg_lsn}.
     *
     * @param text two hexadecimal numbers of one to eight digits, separated by a slash, such as {@code 16/B374D848}
     * @return the position
     * @throws IllegalArgumentException if the text has another form
     */
    public static Lsn parse(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException("not an LSN of the form XXXXXXXX/XXXXXXXX: '" + text + "'");
        }
        int slash = text.indexOf('/');
        long high = Integer.parseUnsignedInt(text, 0, slash, 16);
        long low = Integer.parseUnsignedInt(text, slash + 1, text.length(), 16);
        return new Lsn(high << 32 | (low & 0xFFFF_FFFFL));
    }

    /**
     * Tells whether this position lies after another.
     *
     * @param other the position to compare with
     * @return true if this position is greater
     */
    public boolean isAfter(Lsn other) {
        return compareTo(other) > 0;
    }

    /**
     * Tells whether this position lies at or after another.
     *
     * @param other the position to compare with
     * @return true if this position is greater or equal
     */
    public boolean isAtOrAfter(Lsn other) {
        return compareTo(other) >= 0;
    }

    /**
     * Gives the later of two positions.
     *
     * @param a one position
     * @param b the other
     * @return the greater one
     */
    public static Lsn max(Lsn a, Lsn b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /**
     * Gives the number of bytes of write-ahead log from another position to this one.
     *
     * @param earlier the position to count from
     * @return the bytes between, zero if {@code earlier} is not before this position
     */
    public long bytesSince(Lsn earlier) {
        return isAfter(earlier) ? value - earlier.value : 0;
    }

    @Override
    public int compareTo(Lsn other) {
        return Long.compareUnsigned(value, other.value);
    }

    /** Gives the server's text form, such as {@code 16/B374D848}. */
    @Override
    public String toString() {
        return Long.toHexString(value >>> 32).toUpperCase(Locale.ROOT)
                + "/"
                + Long.toHexString(value & 0xFFFF_FFFFL).toUpperCase(Locale.ROOT);
    }
}
