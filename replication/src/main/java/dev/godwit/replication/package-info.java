/** A PostgreSQL logical replication subscriber in Java: positions, publications, slots and streams. */
@NullMarked
package dev.godwit.replication;

import org.jspecify.annotations.NullMarked;
