package dev.godwit.schema;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TriggerTest {

    private static Trigger trigger(Trigger.State state) {
        return new Trigger(new TableName("s", "t\"t"), "Tr ig", state);
    }

    @Test
    void mustBeDisabledWhereItFiresInReplicaRole() {
        assertThat(trigger(Trigger.State.ALWAYS).firesInReplicaRole()).isTrue();
        assertThat(trigger(Trigger.State.REPLICA).firesInReplicaRole()).isTrue();
        assertThat(trigger(Trigger.State.ORIGIN).firesInReplicaRole()).isFalse();
        assertThat(trigger(Trigger.State.DISABLED).firesInReplicaRole()).isFalse();
    }

    @Test
    void goesBackToTheStateItHad() {
        Trigger trigger = trigger(Trigger.State.REPLICA);
        assertThat(trigger.disableSql()).isEqualTo("ALTER TABLE ONLY \"s\".\"t\"\"t\" DISABLE TRIGGER \"Tr ig\"");
        assertThat(trigger.restoreSql())
                .isEqualTo("ALTER TABLE ONLY \"s\".\"t\"\"t\" ENABLE REPLICA TRIGGER \"Tr ig\"");
    }
}
