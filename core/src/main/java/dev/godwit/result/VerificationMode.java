package dev.godwit.result;

/** How rows are compared. */
public enum VerificationMode {
    /** By checksums over every value; differing rows are found and named. */
    EXACT,
    /** By the number of rows alone: much cheaper, but a changed value is not noticed. */
    COUNTS
}
