// A client of the DGFiP's API gateway: mutual TLS, one token for many calls, a correlation identifier per request, patience.
// Java 17, nothing but the JDK. Copy the class `Client` into your project and make it yours (there, parse the answers with
// your JSON library instead of `field`). To see it work against a running bacasable: `java Client.java`.

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

public final class Client {
    private static final String R2P_SCOPES = "api_r2p_recherche_personne_physique api_r2p_resolution_spi";
    private static final Duration LONGEST_WAIT = Duration.ofSeconds(90); // the gateway counts by the minute

    private final HttpClient http;
    private final String gateway;
    private final String partner;
    private final String secret;
    private final String siret;
    private String token;
    private long expires;
    private int tokensObtained;
    private Sleep sleep = pause -> Thread.sleep(pause.toMillis());

    /** How to let time pass. */
    interface Sleep {
        void sleep(Duration pause) throws IOException, InterruptedException;
    }

    /** An answer that is not 2xx: quote its correlation identifier when you ask for help. */
    static final class ApiError extends IOException {
        final int status;
        final String code;
        final String correlationId;

        ApiError(HttpResponse<String> response) {
            super(response.statusCode() + " " + response.body() + " (X-Correlation-ID " + correlationId(response) + ")");
            status = response.statusCode();
            code = field(response.body(), "code").or(() -> field(response.body(), "error")).orElse(null);
            correlationId = correlationId(response);
        }

        private static String correlationId(HttpResponse<String> response) {
            return response.headers().firstValue("X-Correlation-ID").orElse(null);
        }
    }

    /** The .p12 file is keystore and truststore in one. */
    Client(String gateway, Path certs, String partner, String secret, String siret) throws GeneralSecurityException, IOException {
        this.gateway = gateway;
        this.partner = partner;
        this.secret = secret;
        this.siret = siret;
        char[] password = "bacasable".toCharArray();
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream file = Files.newInputStream(certs.resolve("clients/" + partner + ".p12"))) {
            store.load(file, password);
        }
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, password);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        http = HttpClient.newBuilder().sslContext(tls).connectTimeout(Duration.ofSeconds(5)).build(); // keeps connections open
    }

    /** A FICOBA search: numCpte, spi, siretSiren, perPhy, perPro, verifIban or multiDet. */
    String ficoba(String search, String motif, String justification, String criteria) throws IOException, InterruptedException {
        String demand = """
            {"dateDemande": "%s", "motif": "%s", "siretDemandeur": "%s", "justification": "%s", "criteresRecherche": %s}"""
            .formatted(LocalDate.now(ZoneOffset.UTC), motif, siret, justification, criteria);
        return call(request("/fcb-masrestit/api/v2/comptes/" + search)
            .header("Content-Type", "application/json").POST(BodyPublishers.ofString(demand)));
    }

    /** The person that R2P knows under this SPI. */
    String person(String spi) throws IOException, InterruptedException {
        return call(request("/r2p/v1/personne/" + spi));
    }

    /** One call: a refused token is renewed once, a used-up minute is waited for once. */
    String call(HttpRequest.Builder request) throws IOException, InterruptedException {
        boolean renewed = false;
        boolean waited = false;
        while (true) {
            String bearer = token();
            HttpResponse<String> response = send(request.setHeader("Authorization", "Bearer " + bearer));
            Optional<Duration> pause = patience(response);
            if (response.statusCode() == 401 && !renewed) {
                renewed = true;
                forget(bearer);
            } else if (response.statusCode() == 429 && !waited && pause.isPresent()) {
                waited = true;
                sleep.sleep(pause.get());
            } else if (response.statusCode() / 100 == 2) {
                return response.body();
            } else {
                throw new ApiError(response);
            }
        }
    }

    /** The token in force, or a new one a minute before that one expires. */
    synchronized String token() throws IOException, InterruptedException {
        if (token == null || System.nanoTime() - expires > 0) {
            String answer = authenticated("/token", "grant_type=client_credentials&scope=" + encoded(R2P_SCOPES)).body();
            tokensObtained++;
            token = field(answer, "access_token").orElseThrow();
            long seconds = Long.parseLong(field(answer, "expires_in").orElseThrow());
            expires = System.nanoTime() + Duration.ofSeconds(seconds - 60).toNanos();
        }
        return token;
    }

    /** Tells the gateway that a token is no longer needed. */
    void revoke(String token) throws IOException, InterruptedException {
        authenticated("/revoke", "token=" + encoded(token));
    }

    /** Another thread may have renewed it already: only the refused token is forgotten. */
    private synchronized void forget(String refused) {
        if (refused.equals(token)) {
            token = null;
        }
    }

    private HttpResponse<String> authenticated(String path, String form) throws IOException, InterruptedException {
        String credentials = Base64.getEncoder().encodeToString((partner + ":" + secret).getBytes(StandardCharsets.UTF_8));
        HttpResponse<String> response = send(request(path)
            .header("Authorization", "Basic " + credentials)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
        if (response.statusCode() != 200) {
            throw new ApiError(response);
        }
        return response;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(gateway + path)).timeout(Duration.ofSeconds(30));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws IOException, InterruptedException {
        request.setHeader("X-Correlation-ID", UUID.randomUUID().toString());
        request.setHeader("X-Request-ID", UUID.randomUUID().toString());
        return http.send(request.build(), BodyHandlers.ofString());
    }

    /** How long until Retry-After, seconds or a date by the gateway's own clock; empty when that is too long to wait. */
    private static Optional<Duration> patience(HttpResponse<String> response) {
        Optional<String> told = response.headers().firstValue("Retry-After");
        Optional<Duration> pause = told.filter(text -> text.matches("\\d{1,9}")).map(text -> Duration.ofSeconds(Long.parseLong(text)));
        if (pause.isEmpty()) {
            Optional<ZonedDateTime> until = date(response, "Retry-After");
            Optional<ZonedDateTime> now = date(response, "Date");
            pause = until.flatMap(later -> now.map(earlier -> Duration.between(earlier, later)));
        }
        return pause
            .map(wait -> wait.isNegative() ? Duration.ZERO : wait)
            .filter(wait -> wait.compareTo(LONGEST_WAIT) <= 0);
    }

    private static Optional<ZonedDateTime> date(HttpResponse<String> response, String header) {
        return response.headers().firstValue(header)
            .filter(text -> !text.isBlank() && !Character.isDigit(text.charAt(0)))
            .map(text -> ZonedDateTime.parse(text, DateTimeFormatter.RFC_1123_DATE_TIME));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    /** The first value of this name, a text or a number. */
    private static Optional<String> field(String json, String name) {
        var matcher = Pattern.compile('"' + name + "\"\\s*:\\s*\"?([^\",}]+)").matcher(json);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }

    // What a good client does, against a running bacasable: GATEWAY, CONSOLE and CERTS say where.

    private static final String IBAN = "FR7699010000010000010100185"; // of the persona celine-simple
    private static final String SPI = "3990000101192";

    public static void main(String[] arguments) throws Exception {
        Client client = as("editeur-demo", "20999001900017");
        check("one token serves both APIs",
            account(client, IBAN, "dossier 2026-0001").contains("\"iban\":\"" + IBAN + '"')
                && client.person(SPI).contains("\"lbNomNaissance\":\"VALBRUNE\"")
                && client.tokensObtained == 1);

        ApiError anomaly = refusal(() -> account(client, "FR00", "dossier 2026-0002"));
        check("an anomaly is an error with its code, and is not tried again",
            anomaly.status == 400 && anomaly.code.equals("CAF002") && anomaly.correlationId != null);

        client.revoke(client.token());
        client.person(SPI);
        check("a revoked token is renewed once", client.tokensObtained == 2);

        Client suspended = as("partenaire-suspendu", "20999009200014");
        ApiError suspension = refusal(() -> account(suspended, IBAN, "dossier 2026-0003"));
        check("a second 401 is final",
            suspension.status == 401 && suspension.code.equals("900907") && suspended.tokensObtained == 2);

        List<Duration> pauses = new ArrayList<>();
        client.sleep = pause -> { // instead of waiting, move the sandbox's clock
            pauses.add(pause);
            console("PUT", "clock", "{\"advance\": \"" + pause + "\"}");
        };
        console("PUT", "clock", "{\"frozen\": true}");
        console("PATCH", "conventions/editeur-demo", "{\"quotas\": {\"r2p\": 1}}");
        console("POST", "reset", "{\"only\": [\"quotas\"]}");
        try {
            client.person(SPI);
            client.person(SPI);
        } finally {
            console("POST", "reset", "{\"only\": [\"clock\", \"conventions\", \"quotas\"]}");
        }
        check("a used-up minute is waited for",
            pauses.size() == 1 && pauses.get(0).toSeconds() > 0 && pauses.get(0).toSeconds() <= 60);
    }

    private static Client as(String partner, String siret) throws Exception {
        String gateway = System.getenv().getOrDefault("GATEWAY", "https://localhost:8443");
        Path certs = Path.of(System.getenv().getOrDefault("CERTS", "certs"));
        return new Client(gateway, certs, partner, "secret-" + partner, siret);
    }

    private static String account(Client client, String iban, String justification) throws IOException, InterruptedException {
        return client.ficoba("numCpte", "0020", justification, "{\"iban\": \"" + iban + "\", \"verificationCompte\": \"0\"}");
    }

    private static void console(String method, String path, String body) throws IOException, InterruptedException {
        String console = System.getenv().getOrDefault("CONSOLE", "http://localhost:8080");
        HttpRequest request = HttpRequest.newBuilder(URI.create(console + "/admin/v1/" + path))
            .header("Content-Type", "application/json").method(method, BodyPublishers.ofString(body)).build();
        HttpResponse<String> response = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        if (response.statusCode() / 100 != 2) {
            throw new IOException(method + " " + path + ": " + response.statusCode() + " " + response.body());
        }
    }

    private static ApiError refusal(java.util.concurrent.Callable<String> call) throws Exception {
        try {
            throw new AssertionError("the call was answered: " + call.call());
        } catch (ApiError error) {
            return error;
        }
    }

    private static void check(String what, boolean holds) {
        System.out.println((holds ? "ok: " : "FAILED: ") + what);
        if (!holds) {
            System.exit(1);
        }
    }
}
