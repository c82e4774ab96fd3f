/**
 * DDL on the source, of every kind and in every phase of a run: one schema for each kind, many kinds in one migration. {@link
 * dev.godwit.ddl.DdlMatrixIT} is the entry, {@link dev.godwit.ddl.DdlKinds} the table.
 */
package dev.godwit.ddl;
