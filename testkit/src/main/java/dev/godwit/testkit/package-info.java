/**
 * Real PostgreSQL servers for tests, workloads against them, and comparison of what they hold.
 *
 * <p>Depends on no other module of Godwit: it speaks JDBC, SQL and bytes only, so that every module can be tested with it.
 */
@NullMarked
package dev.godwit.testkit;

import org.jspecify.annotations.NullMarked;
