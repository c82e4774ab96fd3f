package dev.godwit.cutover;

/** A raised fence that closes the source itself, so that another one beside it need not. */
interface ClosingFence extends RaisedFence {
    /** Undoes the closing alone, if this fence has closed the source; {@link #lift} does it, too. */
    void open() throws Exception;
}
