package dev.godwit.schema;

/**
 * The address of an object in pg_depend.
 *
 * @param catalog the oid of the system catalog that holds it; these oids are the same in every version
 * @param oid its oid in there
 */
record ObjectId(long catalog, long oid) {

    static final long DEFAULT_ACL = 826;
    static final long TYPE = 1247;
    static final long PROC = 1255;
    static final long CLASS = 1259;
    static final long SERVER = 1417;
    static final long USER_MAPPING = 1418;
    static final long FOREIGN_DATA_WRAPPER = 2328;
    static final long ACCESS_METHOD = 2601;
    static final long AMOP = 2602;
    static final long AMPROC = 2603;
    static final long ATTRDEF = 2604;
    static final long CAST = 2605;
    static final long CONSTRAINT = 2606;
    static final long CONVERSION = 2607;
    static final long LANGUAGE = 2612;
    static final long NAMESPACE = 2615;
    static final long OPERATOR_CLASS = 2616;
    static final long OPERATOR = 2617;
    static final long REWRITE = 2618;
    static final long TRIGGER = 2620;
    static final long OPERATOR_FAMILY = 2753;
    static final long EXTENSION = 3079;
    static final long POLICY = 3256;
    static final long STATISTICS = 3381;
    static final long COLLATION = 3456;
    static final long EVENT_TRIGGER = 3466;
    static final long TRANSFORM = 3576;
    static final long TS_DICTIONARY = 3600;
    static final long TS_PARSER = 3601;
    static final long TS_CONFIGURATION = 3602;
    static final long TS_TEMPLATE = 3764;

    /** Objects with a lower oid come with every server of a version. */
    static final long FIRST_USER_OID = 16384;

    /** An address for a step that belongs to an object but stands for no object of its own, such as OWNED BY. */
    ObjectId aspect(int number) {
        return new ObjectId(-catalog - number * 100_000L, oid);
    }

    /** The address of the shell of a type: its name, with which functions can be declared before the type itself. */
    ObjectId shell() {
        return aspect(1);
    }

    /** The address of who owns an object. */
    ObjectId owner() {
        return aspect(4);
    }

    /** The address of who may do what with an object. */
    ObjectId privileges() {
        return aspect(5);
    }

    /** The address of an object's security labels. */
    ObjectId labels() {
        return aspect(6);
    }

    /** Whether the object came with the server. */
    boolean isSystem() {
        return oid < FIRST_USER_OID;
    }

    /** The address of those members of an operator family that belong to no operator class. */
    ObjectId looseMembers() {
        return aspect(2);
    }
}
