package dev.godwit.replication.apply;

import static dev.godwit.replication.apply.Changes.NULL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.godwit.replication.pgoutput.PgOutputMessage;
import dev.godwit.replication.pgoutput.TupleData;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

final class ValueTextTest {

    @Test
    void escapesWhatEndsAColumnOrARowOfCopy() {
        ValueText text = new ValueText(1);
        byte[] value = "a\tb\nc\\d\re\bf\fg\u000Bhé\\.".getBytes(StandardCharsets.UTF_8);
        text.copyValue(value, 0, value.length);
        text.put('\t');
        text.copyNull();
        assertThat(new String(text.array(), 0, text.size(), StandardCharsets.UTF_8))
                .isEqualTo("a\\tb\\nc\\\\d\\re\\bf\\fg\\vhé\\\\.\t\\N");
    }

    @Test
    void quotesEachElementOfAnArrayButNull() throws Exception {
        ValueText text = new ValueText(1);
        text.element(row("1", "NULL", NULL), 1);
        text.element(row("1", NULL, NULL), 1);
        text.element(row("1", "{a,\"b\\", NULL), 1);
        text.element(row("1", "", NULL), 1);
        assertThat(text.endArray()).isEqualTo("{\"NULL\",NULL,\"{a,\\\"b\\\\\",\"\"}");
    }

    @Test
    void refusesWhatIsNotUtf8() {
        ValueText text = new ValueText(16);
        TupleData row = row("1", "xy", NULL);
        row.array()[row.offset(1)] = (byte) 0xFF;
        text.element(row, 1);
        assertThatThrownBy(text::endArray).isInstanceOf(CharacterCodingException.class);
    }

    private static TupleData row(String... values) {
        return ((PgOutputMessage.Insert) Changes.insert(values)).row();
    }
}
