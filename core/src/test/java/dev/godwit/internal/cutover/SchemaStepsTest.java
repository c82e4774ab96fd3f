package dev.godwit.internal.cutover;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What a step of the cutover is taken back by. */
final class SchemaStepsTest {

    @Test
    void takesRowSecurityBackWhereAStepDoesNothingElse() {
        assertThat(SchemaSteps.withoutRowSecurity("""
                ALTER TABLE "s"."a ""b"" ENABLE ROW LEVEL SECURITY;" ENABLE ROW LEVEL SECURITY;ALTER TABLE "s"."t" FORCE ROW LEVEL SECURITY;
                """))
                .containsExactly(
                        "ALTER TABLE IF EXISTS \"s\".\"a \"\"b\"\" ENABLE ROW LEVEL SECURITY;\" DISABLE ROW LEVEL SECURITY",
                        "ALTER TABLE IF EXISTS \"s\".\"t\" NO FORCE ROW LEVEL SECURITY");
        assertThat(SchemaSteps.withoutRowSecurity("ALTER TABLE ONLY app.item ENABLE ROW LEVEL SECURITY"))
                .containsExactly("ALTER TABLE IF EXISTS ONLY app.item DISABLE ROW LEVEL SECURITY");
        assertThat(SchemaSteps.withoutRowSecurity("ALTER TABLE t DISABLE ROW LEVEL SECURITY;"))
                .isEmpty();
        assertThat(SchemaSteps.withoutRowSecurity(
                        "ALTER TABLE t ENABLE ROW LEVEL SECURITY; ALTER TABLE t ENABLE ALWAYS TRIGGER a;"))
                .isEmpty();
    }
}
