/** Benchmarks that only profile {@code bench} runs, by {@link dev.godwit.replication.bench.Benchmarks}. No tests are here. */
@NullMarked
package dev.godwit.replication.bench;

import org.jspecify.annotations.NullMarked;
