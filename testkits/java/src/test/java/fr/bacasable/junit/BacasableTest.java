package fr.bacasable.junit;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.http.HttpRequest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;
import org.junit.platform.launcher.listeners.TestExecutionSummary.Failure;

/** The extension against a real server. */
@Bacasable
class BacasableTest {
    private static final String PERSON = "/r2p/v1/personne/3990000101192";

    @Test
    void aPersonIsFound(Sandbox sandbox) {
        Partner partner = sandbox.partner("editeur-demo");
        String person = partner.send(partner.request(PERSON)).body();
        assertTrue(person.contains("\"lbNomNaissance\":\"VALBRUNE\""), person);
    }

    @Test
    void aPartnerHasAllThatAClientNeeds(Sandbox sandbox) throws Exception {
        Partner partner = sandbox.partner("banque-horizon");
        assertTrue(partner.siret().matches("\\d{14}"), partner.siret());
        assertEquals("banque-horizon", partner.consumerKey());
        assertEquals("secret-banque-horizon", partner.consumerSecret());
        assertTrue(partner.keyStore().isKeyEntry("banque-horizon"));
        assertTrue(Files.size(partner.p12()) > 0);
    }

    @Test
    void aTokenExpiresWithTheClock(Sandbox sandbox) {
        Partner partner = sandbox.partner("editeur-demo");
        HttpRequest.Builder request = partner.request(PERSON);
        assertEquals(200, partner.send(request).statusCode());
        sandbox.clock().advance(Duration.ofMinutes(61));
        assertEquals(401, partner.send(request).statusCode());
        List<String> explained = sandbox.explain();
        assertTrue(explained.get(0).matches("editeur-demo r2p .*401 900901.*control technical-id: .*"), explained.toString());
    }

    @Test
    void theClockWasPutBack(Sandbox sandbox) {
        Number offset = (Number) Json.member(sandbox.order("GET", "clock", null), "offset_seconds");
        assertTrue(Math.abs(offset.longValue()) <= 1, offset.toString());
    }

    @Test
    void anExpiredTokenIsRefused(Sandbox sandbox) {
        Partner partner = sandbox.partner("editeur-demo");
        HttpRequest.Builder request = partner.request(PERSON).setHeader("Authorization", "Bearer " + sandbox.token("editeur-demo", -10));
        assertEquals(401, partner.send(request).statusCode());
    }

    @Test
    void aQuotaIsExhausted(Sandbox sandbox) {
        sandbox.clock().freeze(); // a quota is that of a minute, and this one does not end
        sandbox.quota().exhaust("editeur-demo", "r2p");
        Partner partner = sandbox.partner("editeur-demo");
        assertEquals(429, partner.send(partner.request(PERSON)).statusCode());
        ConsoleError error = assertThrows(ConsoleError.class, () -> sandbox.quota().exhaust("mutuelle-etatcivil", "ficoba"));
        assertEquals("mutuelle-etatcivil has no convention for ficoba", error.getMessage());
    }

    @Test
    void aFaultStrikesOnce(Sandbox sandbox) {
        sandbox.fault(Map.of("code", "303001"), Map.of("api", "r2p"));
        Partner partner = sandbox.partner("editeur-demo");
        assertEquals(500, partner.send(partner.request(PERSON)).statusCode());
        assertEquals(200, partner.send(partner.request(PERSON)).statusCode());
    }

    @Test
    void aFaultyCertificateIsRefused(Sandbox sandbox) {
        for (String fault : List.of("expired", "unknown-ca")) {
            sandbox.reset();
            HttpRequest.Builder request = sandbox.partner("editeur-demo").request(PERSON);
            assertEquals(401, sandbox.partner("editeur-demo", fault).send(request).statusCode());
            String explained = sandbox.explain().get(0);
            assertTrue(explained.contains("control certificate: "), explained);
        }
    }

    @Test
    void anOrderThatCannotBeObeyedSaysWhy(Sandbox sandbox) {
        ConsoleError error = assertThrows(ConsoleError.class, () -> sandbox.clock().set("2026-02-30T10:00:00Z"));
        assertTrue(error.getMessage().contains("422") && error.getMessage().contains("/now"), error.getMessage());
    }

    @Test
    void everyWordIsAnOrderThatTheConsoleKnows(Sandbox sandbox) {
        sandbox.clock().set("2026-11-22T10:00:00Z");
        sandbox.clock().freeze();
        assertEquals(sandbox.clock().now(), sandbox.clock().now());
        sandbox.quota().set("editeur-demo", "r2p", 3);
        sandbox.reset(Map.of("only", List.of("tokens")));
        assertEquals(3, ((Number) sandbox.quota().of("editeur-demo", "r2p").get("used")).intValue());
        sandbox.reset(Map.of("partner", "editeur-demo"));
        assertEquals(0, ((Number) sandbox.quota().of("editeur-demo", "r2p").get("used")).intValue());
        sandbox.clock().reset();
        assertEquals(false, Json.member(sandbox.order("GET", "clock", null), "frozen"));
        assertEquals("suspended", Json.member(sandbox.amend("editeur-demo", Map.of("state", "suspended")), "state"));
    }

    @Test
    void aPortThatIsTakenIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String address = "127.0.0.1:" + taken.getLocalPort();
            SandboxDied death = assertThrows(SandboxDied.class, () -> Sandbox.start("", "", "gateway.listen=" + address));
            assertTrue(death.getMessage().contains("gateway.listen: cannot listen on " + address), death.getMessage());
        }
    }

    @Test
    void aCertsFolderThatCannotBeWrittenIsNamedAndOneThatCanStays(@TempDir Path folder) throws Exception {
        Path within = Files.createFile(folder.resolve("file")).resolve("certs");
        SandboxDied death = assertThrows(SandboxDied.class, () -> Sandbox.start("", "", "certs=" + within));
        assertTrue(death.getMessage().contains(within.toString()), death.getMessage());
        Sandbox.start("", "", "certs=" + folder.resolve("certs")).close();
        assertTrue(Files.exists(folder.resolve("certs/ca.pem")));
    }

    @Test
    void twoServersAtOnceAreApart(Sandbox sandbox) {
        try (Sandbox other = Sandbox.start()) {
            other.clock().freeze();
            other.quota().exhaust("editeur-demo", "r2p");
            Partner there = other.partner("editeur-demo");
            Partner here = sandbox.partner("editeur-demo");
            assertEquals(429, there.send(there.request(PERSON)).statusCode());
            assertEquals(200, here.send(here.request(PERSON)).statusCode());
        }
    }

    @Test
    void aSettingThatIsRefusedIsNamed() {
        SandboxDied death = assertThrows(SandboxDied.class, () -> Sandbox.start("", "", "population=plenty"));
        assertTrue(death.getMessage().contains("ended with code 2") && death.getMessage().contains("--population"), death.getMessage());
    }

    @Test
    void aProgramThatIsNotThereIsNamed() {
        SandboxDied death = assertThrows(SandboxDied.class, () -> Sandbox.start("/nowhere/bacasable", ""));
        assertTrue(death.getMessage().startsWith("/nowhere/bacasable cannot be started"), death.getMessage());
    }

    @Test
    void aServerThatDiesIsReportedAtOnceWithItsLastLines() throws Exception {
        try (Sandbox own = Sandbox.start()) {
            kill(own);
            SandboxDied death = assertThrows(SandboxDied.class, own::reset);
            assertTrue(death.getMessage().contains("ended with code 137; the last lines of its log:"), death.getMessage());
        }
    }

    @Test
    void aRunningServerIsShared(Sandbox sandbox) {
        try (Sandbox shared = Sandbox.start(sandbox.console() + "," + sandbox.gateway(), "")) {
            Partner partner = shared.partner("editeur-demo");
            assertEquals(200, partner.send(partner.request(PERSON)).statusCode());
        }
        sandbox.reset();
    }

    @Test
    void nothingIsLeftBehindByARunThatIsKilled() throws Exception {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder run = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Waiting.class.getName());
        Process process = run.redirectError(ProcessBuilder.Redirect.INHERIT).start();
        String[] words = process.inputReader().readLine().split(" ", 2);
        Path folder = Path.of(words[1]);
        ProcessHandle server = ProcessHandle.of(Long.parseLong(words[0])).orElseThrow();
        process.destroyForcibly().waitFor();
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (System.nanoTime() < until && (Files.exists(folder) || server.isAlive())) {
            Thread.sleep(20);
        }
        assertFalse(Files.exists(folder) || server.isAlive());
    }

    @Test
    void theReportOfAFailedTestHasTheRefusedControls() {
        SummaryGeneratingListener listener = new SummaryGeneratingListener();
        System.setProperty("bacasable.failing", "true");
        LauncherFactory.create().execute(LauncherDiscoveryRequestBuilder.request().selectors(selectClass(Failing.class)).build(), listener);
        System.clearProperty("bacasable.failing");
        List<Failure> failures = listener.getSummary().getFailures();
        assertEquals(1, failures.size());
        String explained = failures.get(0).getException().getSuppressed()[0].toString();
        assertTrue(explained.contains("403 900805") && explained.contains("control address: "), explained);
    }

    @Nested
    class Within {
        @Test
        void aClassWithinSharesTheServer(Sandbox sandbox) {
            assertTrue(sandbox.gateway().startsWith("https://"));
        }
    }

    /** Fails on purpose, where the test above asks for it. */
    @Bacasable
    @EnabledIfSystemProperty(named = "bacasable.failing", matches = "true")
    static class Failing {
        @Test
        void fails(Sandbox sandbox) {
            sandbox.amend("editeur-demo", Map.of("networks", List.of("192.0.2.0/24")));
            Partner partner = sandbox.partner("editeur-demo");
            HttpRequest.Builder request = partner.request(PERSON).setHeader("Authorization", "Bearer " + sandbox.token("editeur-demo", 60));
            fail("answered " + partner.send(request).statusCode());
        }
    }

    /** Holds a server until it is killed. */
    static final class Waiting {
        public static void main(String[] arguments) throws Exception {
            Sandbox held = Sandbox.start();
            System.out.println(held.pid() + " " + held.certs());
            Thread.sleep(60_000);
        }
    }

    private static void kill(Sandbox sandbox) throws Exception {
        ProcessHandle server = ProcessHandle.of(sandbox.pid()).orElseThrow();
        server.destroyForcibly();
        server.onExit().get();
    }
}
