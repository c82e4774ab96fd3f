package dev.godwit.replication.pgoutput;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Builds messages byte by byte, as the manual describes them. */
final class Frames {

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    static Frames of(char tag) {
        return new Frames().int8(tag);
    }

    Frames int8(int value) {
        out.write(value);
        return this;
    }

    Frames int16(int value) {
        return raw(ByteBuffer.allocate(2).putShort((short) value).array());
    }

    Frames int32(int value) {
        return raw(ByteBuffer.allocate(4).putInt(value).array());
    }

    Frames int64(long value) {
        return raw(ByteBuffer.allocate(8).putLong(value).array());
    }

    Frames string(String text) {
        return raw(text.getBytes(StandardCharsets.UTF_8)).int8(0);
    }

    Frames text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return int8('t').int32(bytes.length).raw(bytes);
    }

    Frames raw(byte... bytes) {
        out.writeBytes(bytes);
        return this;
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    /** One message of every kind. */
    static byte[][] all() {
        return new byte[][] {
            of('B').int64(0x10).int64(1_000_001).int32(7).bytes(),
            of('C').int8(0).int64(0x10).int64(0x20).int64(-1).bytes(),
            of('O').int64(0x30).string("upstream").bytes(),
            of('R').int32(16384)
                    .string("")
                    .string("täble")
                    .int8('i')
                    .int16(2)
                    .int8(1)
                    .string("id")
                    .int32(23)
                    .int32(-1)
                    .int8(0)
                    .string("note")
                    .int32(25)
                    .int32(-1)
                    .bytes(),
            of('Y').int32(16400).string("public").string("mood").bytes(),
            of('I').int32(16384)
                    .int8('N')
                    .int16(3)
                    .text("1")
                    .int8('n')
                    .int8('u')
                    .bytes(),
            of('U').int32(16384).int8('N').int16(2).text("1").text("").bytes(),
            of('U').int32(16384)
                    .int8('K')
                    .int16(2)
                    .text("1")
                    .int8('n')
                    .int8('N')
                    .int16(2)
                    .text("2")
                    .int8('u')
                    .bytes(),
            of('U').int32(16384)
                    .int8('O')
                    .int16(1)
                    .text("1")
                    .int8('N')
                    .int16(1)
                    .text("2")
                    .bytes(),
            of('D').int32(16384).int8('K').int16(1).text("1").bytes(),
            of('D').int32(16384).int8('O').int16(1).text("1").bytes(),
            of('T').int32(2).int8(2).int32(16384).int32(16390).bytes(),
            of('M').int8(1)
                    .int64(0x40)
                    .string("godwit")
                    .int32(3)
                    .raw((byte) 1, (byte) 2, (byte) 3)
                    .bytes(),
        };
    }
}
