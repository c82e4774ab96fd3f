package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class CommentReaderTest {

    @Test
    void callsObjectsWhatTheStatementCallsThem() {
        assertThat(CommentReader.target("table column", "s.t.c")).isEqualTo("COLUMN s.t.c");
        assertThat(CommentReader.target("materialized view column", "s.m.c")).isEqualTo("COLUMN s.m.c");
        assertThat(CommentReader.target("materialized view", "s.m")).isEqualTo("MATERIALIZED VIEW s.m");
        assertThat(CommentReader.target("table constraint", "c on s.t")).isEqualTo("CONSTRAINT c on s.t");
        assertThat(CommentReader.target("aggregate", "s.a()")).isEqualTo("AGGREGATE s.a(*)");
        assertThat(CommentReader.target("aggregate", "s.a(integer)")).isEqualTo("AGGREGATE s.a(integer)");
    }

    @Test
    void findsTheDomainBehindAConstraintWhoseNameHoldsTheWordOn() {
        assertThat(CommentReader.target("domain constraint", "\"a on \"\" on b\" on s.d"))
                .isEqualTo("CONSTRAINT \"a on \"\" on b\" ON DOMAIN s.d");
    }
}
