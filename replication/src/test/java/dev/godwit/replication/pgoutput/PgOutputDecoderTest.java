package dev.godwit.replication.pgoutput;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.Lsn;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class PgOutputDecoderTest {

    private static final Lsn AT = new Lsn(0xABC);

    private static PgOutputMessage decode(byte[] frame) {
        return PgOutputDecoder.decode(ByteBuffer.wrap(frame), AT);
    }

    @Test
    void decodesBeginAndCommit() {
        assertThat(decode(Frames.all()[0]))
                .isEqualTo(new PgOutputMessage.Begin(new Lsn(0x10), Instant.parse("2000-01-01T00:00:01.000001Z"), 7));
        assertThat(decode(Frames.all()[1]))
                .isEqualTo(new PgOutputMessage.Commit(
                        new Lsn(0x10), new Lsn(0x20), Instant.parse("1999-12-31T23:59:59.999999Z")));
    }

    @Test
    void decodesOriginTypeAndLogicalMessage() {
        assertThat(decode(Frames.all()[2])).isEqualTo(new PgOutputMessage.Origin(new Lsn(0x30), "upstream"));
        assertThat(decode(Frames.all()[4])).isEqualTo(new PgOutputMessage.Type(16400, "public", "mood"));
        assertThat(decode(Frames.all()[12]))
                .isEqualTo(new PgOutputMessage.LogicalMessage(true, new Lsn(0x40), "godwit", 3));
    }

    @Test
    void decodesARelationAndReadsTheEmptySchemaAsThatOfBuiltIns() {
        assertThat(decode(Frames.all()[3]))
                .isEqualTo(new PgOutputMessage.Relation(
                        16384,
                        "pg_catalog",
                        "täble",
                        ReplicaIdentity.INDEX,
                        List.of(new RelationColumn("id", true, 23, -1), new RelationColumn("note", false, 25, -1))));
    }

    @Test
    void tellsValuesNullsAndUnchangedValuesApart() throws CharacterCodingException {
        PgOutputMessage.Insert insert = (PgOutputMessage.Insert) decode(Frames.all()[5]);
        TupleData row = insert.row();
        assertThat(row.columnCount()).isEqualTo(3);
        assertThat(row.text(0)).isEqualTo("1");
        assertThat(row.isNull(1)).isTrue();
        assertThat(row.isUnchanged(2)).isTrue();
        assertThat(row.isText(1) || row.isText(2)).isFalse();
        assertThatIllegalState(() -> row.text(1));
    }

    private static void assertThatIllegalState(org.assertj.core.api.ThrowableAssert.ThrowingCallable call) {
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(call);
    }

    @Test
    void decodesTheThreeKindsOfUpdateAndTheTwoOfDelete() throws CharacterCodingException {
        PgOutputMessage.Update plain = (PgOutputMessage.Update) decode(Frames.all()[6]);
        assertThat(plain.oldKey()).isNull();
        assertThat(plain.oldRow()).isNull();
        assertThat(plain.row().text(1)).isEmpty();
        PgOutputMessage.Update keyed = (PgOutputMessage.Update) decode(Frames.all()[7]);
        assertThat(keyed.oldKey())
                .isNotNull()
                .extracting(TupleData::columnCount)
                .isEqualTo(2);
        PgOutputMessage.Update full = (PgOutputMessage.Update) decode(Frames.all()[8]);
        assertThat(full.oldRow()).isNotNull();
        assertThat(((PgOutputMessage.Delete) decode(Frames.all()[9])).wholeRow())
                .isFalse();
        assertThat(((PgOutputMessage.Delete) decode(Frames.all()[10])).wholeRow())
                .isTrue();
    }

    @Test
    void decodesTruncateWithItsOptions() {
        assertThat(decode(Frames.all()[11]))
                .isEqualTo(new PgOutputMessage.Truncate(List.of(16384, 16390), false, true));
    }

    @Test
    void comparesValuesByBytesAndUnchangedOnesNever() {
        TupleData row = ((PgOutputMessage.Insert) decode(Frames.all()[5])).row();
        TupleData other = ((PgOutputMessage.Update) decode(Frames.all()[6])).row();
        assertThat(row.sameValue(0, other, 0)).isTrue();
        assertThat(row.sameValue(0, other, 1)).isFalse();
        assertThat(row.sameValue(1, row, 1)).isTrue();
        assertThat(row.sameValue(2, row, 2)).isFalse();
    }

    @Test
    void refusesTextThatIsNotUtf8AndKeepsAGenuineReplacementCharacter() throws CharacterCodingException {
        byte[] latin1 = Frames.of('I')
                .int32(1)
                .int8('N')
                .int16(1)
                .int8('t')
                .int32(1)
                .int8(0xE9)
                .bytes();
        TupleData bad = ((PgOutputMessage.Insert) decode(latin1)).row();
        assertThatThrownBy(() -> bad.text(0)).isInstanceOf(CharacterCodingException.class);
        byte[] genuine =
                Frames.of('I').int32(1).int8('N').int16(1).text("a\uFFFDb").bytes();
        assertThat(((PgOutputMessage.Insert) decode(genuine)).row().text(0)).isEqualTo("a\uFFFDb");
    }

    @Test
    void namesTagOffsetAndPositionOfWhatItCannotDecode() {
        byte[] frame = Frames.of('I').int32(1).int8('N').int16(1).int8('x').bytes();
        assertThatExceptionOfType(ProtocolException.class)
                .isThrownBy(() -> decode(frame))
                .satisfies(e -> {
                    assertThat(e.tag()).isEqualTo('I');
                    assertThat(e.offset()).isEqualTo(8);
                    assertThat(e.lsn()).isEqualTo(AT);
                    assertThat(e)
                            .hasMessageContaining("'I'")
                            .hasMessageContaining("0/ABC")
                            .hasMessageContaining("offset 8");
                });
    }

    @Test
    void refusesEmptyShortAndOverlongMessages() {
        assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> decode(new byte[0]));
        for (byte[] frame : Frames.all()) {
            for (int length = 1; length < frame.length; length++) {
                byte[] cut = Arrays.copyOf(frame, length);
                assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> decode(cut));
            }
            byte[] longer = Arrays.copyOf(frame, frame.length + 1);
            assertThatExceptionOfType(ProtocolException.class).isThrownBy(() -> decode(longer));
        }
    }

    @Test
    void readsFromTheMiddleOfABufferAndFromADirectOne() {
        byte[] frame = Frames.all()[0];
        ByteBuffer middle = ByteBuffer.allocate(frame.length + 10);
        middle.position(5).put(frame).flip().position(5);
        assertThat(PgOutputDecoder.decode(middle.slice(), AT)).isEqualTo(decode(frame));
        ByteBuffer direct = ByteBuffer.allocateDirect(frame.length).put(frame).flip();
        assertThat(PgOutputDecoder.decode(direct, AT)).isEqualTo(decode(frame));
    }
}
