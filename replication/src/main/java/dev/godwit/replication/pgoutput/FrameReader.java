package dev.godwit.replication.pgoutput;

import dev.godwit.replication.Lsn;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/** Reads the fields of one message, with every access checked against its end. */
final class FrameReader {

    private static final long EPOCH_SECONDS = 946_684_800L;
    private static final long MICROS_PER_SECOND = 1_000_000L;

    private final byte[] bytes;
    private final int begin;
    private final int end;
    private final Lsn lsn;
    private final char tag;
    private int position;

    FrameReader(ByteBuffer frame, Lsn lsn) {
        if (frame.hasArray()) {
            bytes = frame.array();
            begin = frame.arrayOffset() + frame.position();
        } else {
            bytes = new byte[frame.remaining()];
            frame.duplicate().get(bytes);
            begin = 0;
        }
        end = begin + frame.remaining();
        position = begin;
        this.lsn = lsn;
        if (!frame.hasRemaining()) {
            throw new ProtocolException("empty message", '\0', 0, lsn);
        }
        tag = (char) (bytes[position++] & 0xFF);
    }

    char tag() {
        return tag;
    }

    int remaining() {
        return end - position;
    }

    /** Makes a failure whose offset lies the given number of bytes before the next one to read. */
    ProtocolException failure(String problem, int back) {
        return new ProtocolException(problem, tag, Math.max(0, position - begin - back), lsn);
    }

    void requireEnd() {
        if (position != end) {
            throw failure(remaining() + " trailing bytes", 0);
        }
    }

    private int advance(int length) {
        if (length > end - position) {
            throw failure("needs " + length + " more bytes, has " + remaining(), 0);
        }
        int at = position;
        position += length;
        return at;
    }

    int int8() {
        return bytes[advance(1)] & 0xFF;
    }

    int int32() {
        return ByteBuffer.wrap(bytes, advance(Integer.BYTES), Integer.BYTES).getInt();
    }

    private long int64() {
        return ByteBuffer.wrap(bytes, advance(Long.BYTES), Long.BYTES).getLong();
    }

    Lsn lsn() {
        return new Lsn(int64());
    }

    Instant time() {
        long micros = int64();
        return Instant.ofEpochSecond(
                EPOCH_SECONDS + Math.floorDiv(micros, MICROS_PER_SECOND),
                Math.floorMod(micros, MICROS_PER_SECOND) * 1000);
    }

    /** Reads a count of elements that take at least the given number of bytes each. */
    int count16(int leastSize) {
        int at = advance(Short.BYTES);
        int count = ByteBuffer.wrap(bytes, at, Short.BYTES).getShort();
        if (count < 0 || count > remaining() / leastSize) {
            throw failure("impossible number of columns " + count, Short.BYTES);
        }
        return count;
    }

    String string() {
        int from = position;
        for (int i = from; i < end; i++) {
            if (bytes[i] == 0) {
                position = i + 1;
                return name(from, i - from);
            }
        }
        throw failure("unterminated name", 0);
    }

    private String name(int from, int length) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes, from, length))
                    .toString();
        } catch (CharacterCodingException e) {
            ProtocolException failure = failure("name that is not valid UTF-8", length + 1);
            failure.initCause(e);
            throw failure;
        }
    }

    /** Reads a length and passes over as many bytes. */
    int skipCounted() {
        int length = int32();
        if (length < 0) {
            throw failure("negative length " + length, Integer.BYTES);
        }
        advance(length);
        return length;
    }

    TupleData tuple() {
        int first = position;
        int[] starts = new int[count16(1)];
        for (int i = 0; i < starts.length; i++) {
            starts[i] = position;
            int kind = int8();
            switch (kind) {
                case 'n', 'u' -> {}
                case 't', 'b' -> skipCounted();
                default -> throw failure("unknown kind " + kind + " of column " + i, 1);
            }
        }
        return new TupleData(bytes, starts, position - first);
    }
}
