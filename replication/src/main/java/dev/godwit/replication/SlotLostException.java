package dev.godwit.replication;

/**
 * The replication slot cannot deliver every change that is still needed: it is missing, invalidated, of another kind, or
 * confirmed beyond what the target holds.
 *
 * <p>Changes are lost; going on with a new slot would leave the target silently incomplete. Only a fresh copy helps.
 */
public final class SlotLostException extends ReplicationException {

    private static final long serialVersionUID = 1L;

    /** The slot's name. */
    private final String slotName;

    SlotLostException(String slotName, String observed) {
        super("replication slot '" + slotName + "' cannot be continued: " + observed
                + "; changes of the source are lost, so the tables have to be copied afresh with a new slot");
        this.slotName = slotName;
    }

    /**
     * Gives the name of the slot.
     *
     * @return the name as given at its creation
     */
    public String slotName() {
        return slotName;
    }
}
