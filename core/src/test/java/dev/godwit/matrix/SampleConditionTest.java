package dev.godwit.matrix;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Samples that begin one behind the other are all of it together, each test once. */
final class SampleConditionTest {
    private static final int TESTS = 8;

    @Test
    void runsOneOfSoMany() {
        List<String> together = new ArrayList<>();
        for (int first = 0; first < 3; first++) {
            List<String> run = run(String.valueOf(first));
            assertThat(run).hasSizeBetween(2, 3).isEqualTo(run(String.valueOf(first + 3)));
            together.addAll(run);
        }
        assertThat(together).hasSize(TESTS).doesNotHaveDuplicates();
    }

    @Test
    void runsAllThatIsWanted() {
        assertThat(run("all")).hasSize(TESTS).doesNotHaveDuplicates();
    }

    @Test
    void drawsOnesOwn() {
        assertThat(run("any")).hasSizeBetween(2, 3).isEqualTo(run("any"));
    }

    @Test
    void runsNothingWithoutKnowingWhat() {
        assertThat(run("some")).isEmpty();
    }

    /** Gives which tests have succeeded. */
    private static List<String> run(String sample) {
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(DiscoverySelectors.selectClass(Cases.class))
                .configurationParameter("godwit.sample", sample)
                .build();
        List<String> run = new ArrayList<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                if (test.isTest() && result.getStatus() == TestExecutionResult.Status.SUCCESSFUL) {
                    run.add(test.getUniqueId());
                }
            }
        });
        return run;
    }

    /** What a build takes a sample of. */
    @Sampled(oneOf = 3)
    static final class Cases {
        @Test
        void one() {
            assertThat(TESTS).isPositive();
        }

        @Test
        void another() {
            assertThat(TESTS).isPositive();
        }

        @ParameterizedTest
        @ValueSource(ints = {1, 2, 3, 4, 5, 6})
        void several(int number) {
            assertThat(number).isPositive();
        }
    }
}
