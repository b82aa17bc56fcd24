package fr.bacasable.junit;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** A partner: its certificate, its identity, and a client that is ready to call. */
public final class Partner {
    private final Sandbox sandbox;
    private final String id;
    private final Object bundle;
    private final Object own;
    private final Map<String, String> tokens = new ConcurrentHashMap<>();
    private HttpClient client;
    private Path store;

    Partner(Sandbox sandbox, String id, String certificate) {
        this.sandbox = sandbox;
        this.id = id;
        this.bundle = sandbox.read("GET", "/certs/clients/" + certificate + ".json", null);
        this.own = id.equals(Json.member(bundle, "partner")) ? bundle : sandbox.read("GET", "/certs/clients/" + id + ".json", null);
    }

    /** Its id. */
    public String id() {
        return id;
    }

    /** What siretDemandeur must be. */
    public String siret() {
        return (String) Json.member(own, "siret");
    }

    /** client_id at the token endpoint. */
    public String consumerKey() {
        return (String) Json.member(own, "consumer_key");
    }

    /** client_secret at the token endpoint. */
    public String consumerSecret() {
        return (String) Json.member(own, "consumer_secret");
    }

    /** The certificate, its key and the authority: a keystore and a truststore in one. */
    public KeyStore keyStore() {
        try {
            KeyStore made = KeyStore.getInstance("PKCS12");
            made.load(new ByteArrayInputStream(pkcs12()), password().toCharArray());
            return made;
        } catch (GeneralSecurityException | IOException error) {
            throw new IllegalStateException("the partner's PKCS#12 cannot be read", error);
        }
    }

    /** The password of the keystore. */
    public String password() {
        return (String) Json.member(bundle, "pkcs12_password");
    }

    /** The keystore as a file, for what wants one (spring.ssl.bundle); removed when the sandbox closes. */
    public synchronized Path p12() {
        try {
            if (store == null) {
                store = Files.createTempFile("bacasable-", ".p12");
                Files.write(store, pkcs12());
                store.toFile().deleteOnExit();
            }
            return store;
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        }
    }

    /** A context that shows the certificate and trusts the test authority alone. */
    public SSLContext sslContext() {
        try {
            KeyStore keys = keyStore();
            KeyManagerFactory shown = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            shown.init(keys, password().toCharArray());
            TrustManagerFactory trusted = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            trusted.init(keys);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(shown.getKeyManagers(), trusted.getTrustManagers(), null);
            return context;
        } catch (GeneralSecurityException error) {
            throw new IllegalStateException("the partner's context cannot be made", error);
        }
    }

    /** A client with this context. */
    public synchronized HttpClient client() {
        if (client == null) {
            client = HttpClient.newBuilder().sslContext(sslContext()).proxy(HttpClient.Builder.NO_PROXY)
                .version(HttpClient.Version.HTTP_1_1).build();
        }
        return client;
    }

    /** A token of all the convention's scopes from the token endpoint, asked for once until the next reset. */
    public String token() {
        List<?> scopes = (List<?>) Json.member(sandbox.order("GET", "conventions/" + id, null), "scopes");
        return token(scopes == null ? "" : String.join(" ", scopes.stream().map(Object::toString).toList()));
    }

    /** The same of these scopes. */
    public String token(String scope) {
        return tokens.computeIfAbsent(scope, this::obtain);
    }

    /** A request to a path of the gateway, with token and X-Correlation-ID. */
    public HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(sandbox.gateway() + path)).timeout(Duration.ofSeconds(30))
            .setHeader("Authorization", "Bearer " + token())
            .setHeader("X-Correlation-ID", UUID.randomUUID().toString());
    }

    /** The answer to a request: send(request("/r2p/v1/personne/...")). */
    public HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client().send(request.build(), BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException error) {
            throw new UncheckedIOException(error);
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", interruption);
        }
    }

    void forget() {
        tokens.clear();
    }

    synchronized void close() {
        if (store != null) {
            store.toFile().delete();
        }
    }

    private byte[] pkcs12() {
        return Base64.getDecoder().decode((String) Json.member(bundle, "pkcs12"));
    }

    private String obtain(String scope) {
        String credentials = Base64.getEncoder().encodeToString((consumerKey() + ":" + consumerSecret()).getBytes(StandardCharsets.UTF_8));
        String form = "grant_type=client_credentials&scope=" + URLEncoder.encode(scope, StandardCharsets.UTF_8);
        HttpResponse<String> answer = send(HttpRequest.newBuilder(URI.create(sandbox.gateway() + "/token"))
            .timeout(Duration.ofSeconds(30))
            .header("Authorization", "Basic " + credentials)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form)));
        if (answer.statusCode() != 200) {
            throw new AssertionError("POST /token: " + answer.statusCode() + " " + answer.body());
        }
        return (String) Json.member(Json.read(answer.body()), "access_token");
    }
}
