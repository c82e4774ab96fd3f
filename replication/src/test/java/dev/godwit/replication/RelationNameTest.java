package dev.godwit.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

final class RelationNameTest {

    @Test
    void quotesBothPartsAndDoublesQuotes() {
        assertThat(new RelationName("a.b", "say \"hi\"; drop").quoted()).isEqualTo("\"a.b\".\"say \"\"hi\"\"; drop\"");
    }

    @Test
    void refusesWhatNoTableCanBeCalled() {
        assertThatThrownBy(() -> new RelationName("", "t")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RelationName("s", "a\0b")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void ordersBySchemaThenName() {
        assertThat(new RelationName("a", "z")).isLessThan(new RelationName("b", "a"));
    }
}
