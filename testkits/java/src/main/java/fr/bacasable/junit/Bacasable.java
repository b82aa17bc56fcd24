package fr.bacasable.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A test class with a bacasable server: its tests take a {@link Sandbox} as a parameter. Classes that ask for the same server
 * share one in their JVM; it is put back before each test.
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(BacasableExtension.class)
public @interface Bacasable {
    /** The program, or CONSOLE_URL[,GATEWAY_URL] of a running server; by default the variable BACASABLE, then PATH. */
    String binary() default "";

    /** A folder of one's own partners, people and accounts. */
    String fixtures() default "";

    /** Settings of the server: "gateway.dialect=wso2-3". */
    String[] settings() default {};

    /** Whether everything is put back before each test. */
    boolean reset() default true;
}
