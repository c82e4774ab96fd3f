/**
 * What is changed in the source's schema while a migration runs: a cheap fingerprint says that something was, the definitions
 * say what, and whether the target agrees. {@link dev.godwit.internal.watch.SchemaWatch} is the entry.
 *
 * <p>Thread rule: a watch is used by one thread at a time, and makes others wait. What is done about a change is decided
 * elsewhere; changes of rows do not belong here.
 */
@NullMarked
package dev.godwit.internal.watch;

import org.jspecify.annotations.NullMarked;
