/**
 * The benchmarks of the copy, {@code ./mvnw -q -Pbench verify -Dbench=copy}, and of the cutover's write pause, {@code -Dbench=cutover}:
 * {@link dev.godwit.bench.CutoverBenchmark}; and of the schema's preparation, {@code -Dbench=schema}.
 */
@NullMarked
package dev.godwit.bench;

import org.jspecify.annotations.NullMarked;
