/**
 * Real PostgreSQL servers for tests, workloads against them, and comparison of what they hold.
 *
 * <p>Enter by {@link dev.godwit.testkit.PostgresPairTest} in JUnit 5 tests, by {@link dev.godwit.testkit.PostgresServer} elsewhere.
 * Each class states its thread rule; one test at a time uses the shared servers.
 *
 * <p>Depends on no other module of Godwit, so that every module can be tested with it: it speaks JDBC, SQL and bytes only.
 * What knows about migrations does not belong here.
 */
@NullMarked
package dev.godwit.testkit;

import org.jspecify.annotations.NullMarked;
