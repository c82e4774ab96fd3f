package dev.godwit.replication.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.fail;

import com.sun.management.ThreadMXBean;
import dev.godwit.replication.Lsn;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Frames broken at random: nothing but a message or a ProtocolException comes out, and memory stays in proportion.
 *
 * <p>{@code -Dgodwit.random.seed} gives the seed, {@code -Dgodwit.random.frames} the number of frames (10,000).
 */
@Tag("B3")
final class BrokenFramesTest {

    private static final long SEED = Long.getLong("godwit.random.seed", 20_261_120L);
    private static final int FRAMES = Integer.getInteger("godwit.random.frames", 10_000);

    /** A failure with its stack trace, and what the test itself allocates. */
    private static final int FIXED_BYTES = 64 << 10;

    private static final int BYTES_PER_BYTE = 64;

    private final Random random = new Random(SEED);
    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private int refused;

    private enum Damage {
        TRUNCATED(true),
        TRAILING_BYTES(true),
        UNKNOWN_TYPE(true),
        HUGE_LENGTH(true),
        NEGATIVE_COUNT(true),
        BITS_FLIPPED(false),
        RANDOM_BYTES(false);

        /** Whether what comes out is never a message, even by luck. */
        final boolean alwaysRefused;

        Damage(boolean alwaysRefused) {
            this.alwaysRefused = alwaysRefused;
        }
    }

    @Test
    void refusesEveryBrokenFrameWithTagOffsetAndPosition() {
        warmUp();
        for (int i = 0; i < FRAMES; i++) {
            Damage damage = Damage.values()[random.nextInt(Damage.values().length)];
            byte[] frame = broken(damage);
            Lsn at = new Lsn(random.nextLong() & Long.MAX_VALUE);
            boolean decoded = decode(frame, at, "seed " + SEED + ", frame " + i + ", " + damage);
            if (decoded && damage.alwaysRefused) {
                fail("seed %d, frame %d, %s of tag %s was decoded", SEED, i, damage, (char) frame[0]);
            }
        }
        assertThat(refused).as("seed %d", SEED).isGreaterThan(FRAMES * 5 / 7);
    }

    /** Classes are loaded once, which is not to be measured. */
    private static void warmUp() {
        for (byte[] frame : Frames.all()) {
            readAll(PgOutputDecoder.decode(ByteBuffer.wrap(frame), Lsn.ZERO));
        }
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> PgOutputDecoder.decode(ByteBuffer.wrap(new byte[] {'I', 0}), Lsn.ZERO));
    }

    private boolean decode(byte[] frame, Lsn at, String what) {
        @Nullable ProtocolException failure = null;
        long before = threads.getCurrentThreadAllocatedBytes();
        try {
            readAll(PgOutputDecoder.decode(ByteBuffer.wrap(frame), at));
        } catch (ProtocolException e) {
            failure = e;
        }
        long allocated = threads.getCurrentThreadAllocatedBytes() - before;
        assertThat(allocated)
                .as("bytes allocated for %s", what)
                .isLessThan(FIXED_BYTES + (long) BYTES_PER_BYTE * frame.length);
        if (failure == null) {
            return true;
        }
        refused++;
        assertThat(failure.offset()).as(what).isBetween(0, frame.length);
        assertThat(failure.tag()).as(what).isEqualTo(frame.length == 0 ? '\0' : (char) (frame[0] & 0xFF));
        assertThat(failure.lsn()).as(what).isEqualTo(at);
        return false;
    }

    /** Rows are decoded as they are read. */
    private static void readAll(PgOutputMessage message) {
        if (message instanceof PgOutputMessage.Insert insert) {
            readAll(insert.row());
        } else if (message instanceof PgOutputMessage.Update update) {
            readAll(update.row());
            if (update.oldRow() != null) {
                readAll(update.oldRow());
            }
            if (update.oldKey() != null) {
                readAll(update.oldKey());
            }
        } else if (message instanceof PgOutputMessage.Delete delete) {
            readAll(delete.old());
        }
    }

    private static void readAll(TupleData row) {
        for (int i = 0; i < row.columnCount(); i++) {
            if (row.isText(i) && length(row, i) > row.sizeInBytes()) {
                throw new AssertionError("more characters than bytes");
            }
        }
    }

    private static int length(TupleData row, int column) {
        try {
            return row.text(column).length();
        } catch (CharacterCodingException e) {
            return 0; // the one failure that reading a text may have
        }
    }

    private byte[] broken(Damage damage) {
        return switch (damage) {
            case TRUNCATED -> {
                byte[] frame = good();
                yield Arrays.copyOf(frame, random.nextInt(frame.length));
            }
            case TRAILING_BYTES -> {
                byte[] frame = good();
                yield Arrays.copyOf(frame, frame.length + 1 + random.nextInt(100));
            }
            case UNKNOWN_TYPE -> {
                byte[] frame = good();
                do {
                    frame[0] = (byte) random.nextInt(256);
                } while ("BCORYIUDTM".indexOf((char) (frame[0] & 0xFF)) >= 0);
                yield frame;
            }
            case HUGE_LENGTH -> huge();
            case NEGATIVE_COUNT -> negative();
            case BITS_FLIPPED -> {
                byte[] frame = good();
                for (int n = 1 + random.nextInt(4); n > 0; n--) {
                    frame[random.nextInt(frame.length)] ^= (byte) (1 << random.nextInt(8));
                }
                yield frame;
            }
            case RANDOM_BYTES -> {
                byte[] frame = good();
                byte tag = frame[0];
                random.nextBytes(frame);
                if (random.nextBoolean()) {
                    frame[0] = tag;
                }
                yield frame;
            }
        };
    }

    /** A message of any kind, or one with a row of up to 200 columns. */
    private byte[] good() {
        if (random.nextInt(3) > 0) {
            byte[][] all = Frames.all();
            return all[random.nextInt(all.length)].clone();
        }
        Frames frame = Frames.of('U').int32(random.nextInt());
        if (random.nextBoolean()) {
            row(frame.int8(random.nextBoolean() ? 'K' : 'O'));
        }
        return row(frame.int8('N')).bytes();
    }

    private Frames row(Frames frame) {
        int columns = random.nextInt(200);
        frame.int16(columns);
        for (int i = 0; i < columns; i++) {
            switch (random.nextInt(4)) {
                case 0 -> frame.int8('n');
                case 1 -> frame.int8('u');
                default -> frame.text("é".repeat(random.nextInt(60)));
            }
        }
        return frame;
    }

    /** Claims more than there is: columns, tables, bytes of a value or of a message. */
    private byte[] huge() {
        int most = random.nextBoolean() ? Integer.MAX_VALUE : 1 << (20 + random.nextInt(10));
        return switch (random.nextInt(5)) {
            case 0 -> Frames.of('T').int32(most).int8(0).int32(1).bytes();
            case 1 ->
                Frames.of('I')
                        .int32(1)
                        .int8('N')
                        .int16(Short.MAX_VALUE)
                        .text("x")
                        .bytes();
            case 2 ->
                Frames.of('D')
                        .int32(1)
                        .int8('O')
                        .int16(1)
                        .int8('t')
                        .int32(most)
                        .int8('x')
                        .bytes();
            case 3 ->
                Frames.of('M').int8(1).int64(1).string("p").int32(most).int8(0).bytes();
            default ->
                Frames.of('R')
                        .int32(1)
                        .string("s")
                        .string("t")
                        .int8('d')
                        .int16(Short.MAX_VALUE)
                        .bytes();
        };
    }

    private byte[] negative() {
        int least = random.nextBoolean() ? -1 : Integer.MIN_VALUE + random.nextInt(1000);
        int few = -1 - random.nextInt(Short.MAX_VALUE);
        return switch (random.nextInt(5)) {
            case 0 -> Frames.of('T').int32(least).int8(0).int32(1).bytes();
            case 1 -> Frames.of('I').int32(1).int8('N').int16(few).text("x").bytes();
            case 2 ->
                Frames.of('D')
                        .int32(1)
                        .int8('O')
                        .int16(1)
                        .int8('t')
                        .int32(least)
                        .int8('x')
                        .bytes();
            case 3 ->
                Frames.of('M').int8(1).int64(1).string("p").int32(least).int8(0).bytes();
            default ->
                Frames.of('R')
                        .int32(1)
                        .string("s")
                        .string("t")
                        .int8('d')
                        .int16(few)
                        .bytes();
        };
    }
}
