package dev.godwit.bench;

/** Moves a bank from one server to the other, its clients with it. Used by one thread. */
interface Mover extends AutoCloseable {

    /** Copies and catches up, while clients write; takes as long as it takes. */
    void prepare() throws Exception;

    /** Does what clients notice, up to where they are told of the other server; gives a word about it. */
    String move(BankClients clients) throws Exception;

    @Override
    void close();
}
