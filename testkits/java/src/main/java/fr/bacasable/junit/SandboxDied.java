package fr.bacasable.junit;

/** The server is not there any more; the message has the last lines of its log. */
public final class SandboxDied extends AssertionError {
    SandboxDied(String message) {
        super(message);
    }
}
