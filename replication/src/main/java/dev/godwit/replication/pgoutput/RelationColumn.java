package dev.godwit.replication.pgoutput;

/**
 * A column as a Relation message describes it.
 *
 * @param name the column's name
 * @param partOfKey whether it belongs to the replica identity
 * @param typeOid the type's OID, which means something on the source only
 * @param typeModifier the type modifier, -1 for none
 */
public record RelationColumn(String name, boolean partOfKey, int typeOid, int typeModifier) {}
