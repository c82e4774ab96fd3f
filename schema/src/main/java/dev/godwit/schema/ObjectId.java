package dev.godwit.schema;

/**
 * The address of an object in pg_depend.
 *
 * @param catalog the oid of the system catalog that holds it; these oids are the same in every version
 * @param oid its oid in there
 */
record ObjectId(long catalog, long oid) {

    static final long TYPE = 1247;
    static final long PROC = 1255;
    static final long CLASS = 1259;
    static final long NAMESPACE = 2615;
    static final long EXTENSION = 3079;
    static final long CONSTRAINT = 2606;
    static final long ATTRDEF = 2604;
    static final long REWRITE = 2618;
    static final long TRIGGER = 2620;
    static final long POLICY = 3256;
    static final long STATISTICS = 3381;
    static final long COLLATION = 3456;

    /** Objects with a lower oid come with every server of a version. */
    static final long FIRST_USER_OID = 16384;

    /** An address for a step that belongs to an object but stands for no object of its own, such as OWNED BY. */
    ObjectId aspect(int number) {
        return new ObjectId(-catalog - number * 100_000L, oid);
    }
}
