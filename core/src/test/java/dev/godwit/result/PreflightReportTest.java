package dev.godwit.result;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How the preflight's report is printed. */
final class PreflightReportTest {
    private static final Finding LEVEL = Finding.of(
            FindingCode.WAL_LEVEL,
            "wal_level",
            "wal_level on the source is 'replica', not 'logical'",
            "wal_level = 'logical'",
            "ALTER SYSTEM SET wal_level = 'logical'; -- then restart the source");
    private static final Finding OWN = Finding.warning(
            "CAL-1", "calendar", "the cutover falls on a holiday", "a working day", "choose another day");
    private static final Finding GOOD_TO_KNOW =
            new Finding(Finding.Severity.INFORMATION, "CAL-2", "cale\u001bndar", "three\nlines\nhere", "two", "none");

    private final PreflightReport report = new PreflightReport("orders", List.of(GOOD_TO_KNOW, OWN, LEVEL));

    @Test
    void blockersComeFirstAndInformationsLast() {
        assertThat(report.findings()).containsExactly(LEVEL, OWN, GOOD_TO_KNOW);
        assertThat(report.blockers()).containsExactly(LEVEL);
        assertThat(report.findings(Finding.Severity.INFORMATION)).containsExactly(GOOD_TO_KNOW);
    }

    @Test
    void theTableIsAlignedAndItsLongTextsAreWrapped() {
        assertThat(report.toTable()).isEqualTo("""
                preflight of 'orders': 1 blocker, 1 warning, 1 information

                SEVERITY     CODE    OBJECT     OBSERVED                                   REQUIRED       REMEDY
                -----------  ------  ---------  -----------------------------------------  -------------  ------------------------------------------
                blocker      GW1101  wal_level  wal_level on the source is 'replica', not  wal_level =    ALTER SYSTEM SET wal_level = 'logical'; --
                                                'logical'                                  'logical'      then restart the source
                warning      CAL-1   calendar   the cutover falls on a holiday             a working day  choose another day
                information  CAL-2   cale?ndar  three                                      two            none
                                                lines
                                                here
                """);
        assertThat(new PreflightReport("orders", List.of()).toTable())
                .isEqualTo("preflight of 'orders': 0 blockers, 0 warnings, 0 informations\n");
    }

    @Test
    void theJsonHoldsEveryPart() throws Exception {
        JsonNode document = new ObjectMapper().readTree(report.toJson());
        assertThat(document.get("migration").textValue()).isEqualTo("orders");
        assertThat(document.get("blocked").booleanValue()).isTrue();
        assertThat(document.get("findings")).hasSize(3);
        assertThat(document.get("findings").get(0)).isEqualTo(new ObjectMapper().readTree("""
                {"severity":"blocker","code":"GW1101","kind":"wal-level","object":"wal_level",
                 "observed":"wal_level on the source is 'replica', not 'logical'","required":"wal_level = 'logical'",
                 "remedy":"ALTER SYSTEM SET wal_level = 'logical'; -- then restart the source"}
                """));
        assertThat(document.get("findings").get(1).has("kind")).isFalse();
        assertThat(document.get("findings").get(2).get("object").textValue()).isEqualTo("cale\u001bndar");
        assertThat(new ObjectMapper()
                        .readTree(new PreflightReport("orders", List.of(OWN)).toJson())
                        .get("blocked")
                        .booleanValue())
                .isFalse();
    }

    @Test
    void aBlockedMigrationSaysWhyWithTheCode() {
        assertThat(new PreflightFailedException(report))
                .hasMessageContaining(
                        "GW1101 wal_level on the source is 'replica', not 'logical'; required: wal_level ="
                                + " 'logical' -> ALTER SYSTEM")
                .hasMessageContaining("1 finding(s)");
    }
}
