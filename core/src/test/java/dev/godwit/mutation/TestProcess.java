package dev.godwit.mutation;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary;

/** Runs one test class, or one method of it, in a process of its own; its status tells how that went. */
public final class TestProcess {
    static final int GREEN = 0;
    static final int RED = 3;
    static final int NOTHING_RUN = 4;

    private TestProcess() {}

    /** See {@link TestProcess}. */
    public static void main(String[] arguments) throws ClassNotFoundException {
        LauncherDiscoveryRequestBuilder request = LauncherDiscoveryRequestBuilder.request();
        String[] test = arguments[0].split("#", 2);
        Class<?> tested = Class.forName(test[0]);
        if (test.length == 1) {
            request.selectors(DiscoverySelectors.selectClass(tested));
        } else {
            // By its name alone, whatever is injected into it.
            Arrays.stream(tested.getDeclaredMethods())
                    .filter(method -> method.getName().equals(test[1]) && !method.isSynthetic())
                    .forEach(method -> request.selectors(DiscoverySelectors.selectMethod(tested, method)));
        }
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        LauncherFactory.create().execute(request.build(), listener);
        TestExecutionSummary summary = listener.getSummary();
        summary.printFailuresTo(new PrintWriter(System.out, true, StandardCharsets.UTF_8));
        if (summary.getTotalFailureCount() > 0) {
            System.exit(RED);
        }
        System.exit(summary.getTestsSucceededCount() > 0 ? GREEN : NOTHING_RUN);
    }
}
