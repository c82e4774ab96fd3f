package dev.godwit.testkit;

/**
 * Assertions about what a migration should have done, in the style of AssertJ, which the test's project has to have
 * ({@code org.assertj:assertj-core} 3). Nothing else of the testkit needs it: who asserts in another way uses
 * {@link DatabaseComparison} and {@link LeakCheck}.
 *
 * <pre>{@code
 * import static dev.godwit.testkit.PostgresAssertions.assertThat;
 *
 * assertThat(pair).hasIdenticalSchema().hasIdenticalData().hasSequencesAhead().hasNoLeftovers();
 * }</pre>
 */
public final class PostgresAssertions {
    private PostgresAssertions() {}

    /**
     * Begins an assertion.
     *
     * @param pair the pair whose databases are compared
     * @return the assertion, for the calling thread
     */
    public static PostgresPairAssert assertThat(PostgresPair pair) {
        return new PostgresPairAssert(pair);
    }
}
