/**
 * Task files: what is to be migrated, as JSON with comments, in the form that users of Azure Database Migration Service have
 * theirs in, plus Godwit's own options. {@link dev.godwit.config.TaskFile} is the entry.
 *
 * <p>Reading connects to nothing and changes nothing. Whatever is wrong with a file is told at once, by one
 * {@link dev.godwit.config.TaskFileException}. All values are immutable and may be used by any thread. Nothing that runs a
 * migration belongs here; {@code dev.godwit} does not know this package.
 */
@NullMarked
package dev.godwit.config;

import org.jspecify.annotations.NullMarked;
