package fr.bacasable.junit;

/** The console refuses an order; the message says why. */
public final class ConsoleError extends AssertionError {
    ConsoleError(String message) {
        super(message);
    }
}
