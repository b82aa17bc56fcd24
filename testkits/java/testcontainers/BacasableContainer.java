package fr.bacasable.testcontainers;

import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.containers.wait.strategy.WaitAllStrategy;
import org.testcontainers.utility.DockerImageName;

/**
 * The image, for org.testcontainers:testcontainers: a file to copy, because the extension itself asks for no library. Not compiled by our
 * tests: our machines do not reach the library.
 *
 * <pre>{@code
 * @Container static final BacasableContainer IMAGE = new BacasableContainer("bacasable");
 * ... try (Sandbox sandbox = Sandbox.start(IMAGE.named(), "")) { ... }
 * }</pre>
 */
public final class BacasableContainer extends GenericContainer<BacasableContainer> {
    public BacasableContainer(String image) {
        super(DockerImageName.parse(image));
        withExposedPorts(8443, 8080);
        waitingFor(new WaitAllStrategy()
            .withStrategy(Wait.forLogMessage(".*ready gateway=.*", 1))
            .withStrategy(Wait.forHttp("/ready").forPort(8080)));
    }

    /** CONSOLE_URL,GATEWAY_URL, as Sandbox.start and the variable BACASABLE take it. */
    public String named() {
        return "http://" + getHost() + ":" + getMappedPort(8080) + ",https://" + getHost() + ":" + getMappedPort(8443);
    }
}
