package dev.godwit.result;

/**
 * Something of the database that a verification did not look at, and why. It is no difference.
 *
 * @param object what, such as {@code table shop.cart}
 * @param reason why
 */
public record NotCompared(String object, String reason) {

    /** Gives one line. */
    @Override
    public String toString() {
        return object + ": " + reason;
    }
}
