/**
 * The way back on real servers: reverse sync, rollback, finalization, and crashes in all of them. Thread rule: each test class has its
 * own servers; writers and probes have threads of their own.
 */
@NullMarked
package dev.godwit.back;

import org.jspecify.annotations.NullMarked;
