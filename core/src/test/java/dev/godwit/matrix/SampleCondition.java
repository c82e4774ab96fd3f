package dev.godwit.matrix;

import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.platform.engine.UniqueId;

/** Leaves out what is not in the sample of a {@link Sampled} class. */
final class SampleCondition implements ExecutionCondition {
    private static final String PROPERTY = "godwit.sample";
    private static final Namespace NAMESPACE = Namespace.create(SampleCondition.class);
    private static final int FIRST = ThreadLocalRandom.current().nextInt(1_000);

    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        String property = context.getConfigurationParameter(PROPERTY).orElse("all");
        if (property.equals("all") || !isOneTest(context)) {
            return ConditionEvaluationResult.enabled("all of it is wanted");
        }
        String wanted = property.equals("any") ? String.valueOf(FIRST) : property;
        Class<?> type = context.getRequiredTestClass();
        int oneOf = type.getAnnotation(Sampled.class).oneOf();
        int number = context.getRoot()
                .getStore(NAMESPACE)
                .getOrComputeIfAbsent(type, key -> new AtomicInteger(), AtomicInteger.class)
                .getAndIncrement();
        String text = "of the sample that -D" + PROPERTY + "=" + wanted + " repeats";
        // Classes of a single test are not all in the same samples.
        return Math.floorMod(number + first(wanted) + type.getName().hashCode(), oneOf) == 0
                ? ConditionEvaluationResult.enabled("part " + text)
                : ConditionEvaluationResult.disabled("not part " + text);
    }

    /** A method with parameters stands for several tests, which are asked about one by one. */
    private static boolean isOneTest(ExtensionContext context) {
        String segment = UniqueId.parse(context.getUniqueId()).getLastSegment().getType();
        return segment.equals("method") || segment.equals("test-template-invocation");
    }

    private static int first(String wanted) {
        if (!wanted.matches("\\d{1,9}")) {
            throw new IllegalArgumentException("-D" + PROPERTY + "=" + wanted + ": must be 'all', 'any' or a number");
        }
        return Integer.parseInt(wanted);
    }
}
