package fr.bacasable.junit;

import java.util.List;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ExtensionContext.Store.CloseableResource;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** What {@link Bacasable} does: starts, resets, hands over, explains. */
public final class BacasableExtension implements BeforeEachCallback, AfterTestExecutionCallback, ParameterResolver {
    private static final Namespace NAMESPACE = Namespace.create(BacasableExtension.class);

    @Override
    public void beforeEach(ExtensionContext context) {
        Sandbox sandbox = sandbox(context);
        if (asked(context).reset()) {
            sandbox.reset();
        }
    }

    /** A failed test's report has the refused and failed requests, as a suppressed exception without a stack. */
    @Override
    public void afterTestExecution(ExtensionContext context) {
        context.getExecutionException().ifPresent(failure -> {
            List<String> lines;
            try {
                lines = sandbox(context).explain();
            } catch (SandboxDied death) {
                lines = death.getMessage().lines().toList();
            }
            if (!lines.isEmpty()) {
                failure.addSuppressed(new Explanation(lines));
                context.publishReportEntry("bacasable", String.join("\n", lines));
            }
        });
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Sandbox.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return sandbox(context);
    }

    private static Sandbox sandbox(ExtensionContext context) {
        Bacasable asked = asked(context);
        String key = String.join("\n", asked.binary(), asked.fixtures(), String.join("\n", asked.settings()));
        return context.getRoot().getStore(NAMESPACE)
            .getOrComputeIfAbsent(key, any -> new Held(Sandbox.start(asked.binary(), asked.fixtures(), asked.settings())), Held.class)
            .sandbox();
    }

    /** The annotation of the class, of one that it is nested in, or of one that it extends. */
    private static Bacasable asked(ExtensionContext context) {
        for (Class<?> type = context.getRequiredTestClass(); type != null; type = type.getEnclosingClass()) {
            Bacasable asked = type.getAnnotation(Bacasable.class);
            if (asked != null) {
                return asked;
            }
        }
        return Defaults.class.getAnnotation(Bacasable.class); // registered with @ExtendWith alone
    }

    @Bacasable
    private static final class Defaults {}

    private record Held(Sandbox sandbox) implements CloseableResource {
        @Override
        public void close() {
            sandbox.close();
        }
    }

    private static final class Explanation extends Throwable {
        Explanation(List<String> lines) {
            super("bacasable: refused and failed requests\n  " + String.join("\n  ", lines), null, false, false);
        }

        @Override
        public String toString() {
            return getMessage();
        }
    }
}
