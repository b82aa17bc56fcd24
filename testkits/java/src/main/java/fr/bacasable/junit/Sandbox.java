package fr.bacasable.junit;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A running server, and what a test orders of it through its console (docs/console.md of bacasable). */
public final class Sandbox implements AutoCloseable {
    private final Server server;
    private final String gateway;
    private final String console;
    private final HttpClient client = HttpClient.newBuilder().proxy(HttpClient.Builder.NO_PROXY).version(HttpClient.Version.HTTP_1_1).build();
    private final Map<String, Partner> partners = new ConcurrentHashMap<>();
    private final Clock clock = new Clock();
    private final Quota quota = new Quota();

    private Sandbox(Server server, String gateway, String console) {
        this.server = server;
        this.gateway = gateway;
        this.console = console;
    }

    /** A server of one's own with default settings, or the running one that BACASABLE names. */
    public static Sandbox start() {
        return start("", "");
    }

    /** The same: binary and fixtures may be empty, settings are "gateway.dialect=wso2-3". */
    public static Sandbox start(String binary, String fixtures, String... settings) {
        String named = named(binary);
        if (named.startsWith("http://") || named.startsWith("https://")) {
            String[] urls = named.split(",", 2);
            String gateway = urls.length > 1 ? urls[1] : "https://" + URI.create(urls[0]).getHost() + ":8443";
            return new Sandbox(null, gateway.replaceAll("/$", ""), urls[0].replaceAll("/$", ""));
        }
        Server server = new Server(binary, fixtures, settings);
        return new Sandbox(server, server.gateway, server.console);
    }

    /** Where the gateway listens. */
    public String gateway() {
        return gateway;
    }

    /** Where the console listens. */
    public String console() {
        return console;
    }

    /** The folder of the test PKI; null when the server is not our own. */
    public Path certs() {
        return server == null ? null : server.certs;
    }

    /** The server's process; 0 when it is not our own. */
    public long pid() {
        return server == null ? 0 : server.pid();
    }

    /** The partner of this id. */
    public Partner partner(String id) {
        return partners.computeIfAbsent(id, any -> new Partner(this, id, id));
    }

    /** The partner of this id with a faulty certificate: expired, revoked, unknown-ca... */
    public Partner partner(String id, String certificate) {
        return partners.computeIfAbsent(id + " " + certificate, any -> new Partner(this, id, "invalid/" + certificate));
    }

    /** A token minted by the console, with all the partner's scopes; expiresIn is in seconds, negative for an expired one. */
    public String token(String partner, int expiresIn) {
        Object made = order("POST", "tokens", Map.of("partner", partner, "expires_in", expiresIn));
        return (String) Json.member(made, "access_token");
    }

    /** The server's clock. */
    public Clock clock() {
        return clock;
    }

    /** How many calls of this minute count as admitted. */
    public Quota quota() {
        return quota;
    }

    /** The next call that matches ends like this: fault(Map.of("code", "CAT004"), Map.of("api", "ficoba")). */
    public String fault(Map<String, ?> outcome, Map<String, ?> match) {
        return fault(outcome, match, 1);
    }

    /** The next calls that match end like this; the id of the order. */
    public String fault(Map<String, ?> outcome, Map<String, ?> match, int times) {
        Object made = order("POST", "faults", Map.of("outcome", outcome, "match", match, "times", times));
        return (String) Json.member(made, "id");
    }

    /** Changes a convention until the next reset: amend("editeur-demo", Map.of("state", "suspended")). */
    public Object amend(String partner, Map<String, ?> patch) {
        return order("PATCH", "conventions/" + partner, patch);
    }

    /** Everything as at the start. */
    public void reset() {
        reset(Map.of());
    }

    /** Some of it: Map.of("only", List.of("clock")), Map.of("partner", "editeur-demo"). */
    public void reset(Map<String, ?> what) {
        order("POST", "reset", what);
        partners.values().forEach(Partner::forget);
    }

    /** The journal's entries, oldest first, as maps: journal(Map.of("partner", "editeur-demo")). */
    @SuppressWarnings("unchecked")
    public List<Map<String, Object>> journal(Map<String, ?> filters) {
        String query = filters.entrySet().stream()
            .map(filter -> filter.getKey() + "=" + URLEncoder.encode(filter.getValue().toString(), StandardCharsets.UTF_8))
            .collect(Collectors.joining("&"));
        return (List<Map<String, Object>>) Json.member(order("GET", "journal?" + query, null), "entries");
    }

    /** What the journal says of refused and failed requests, one line each. */
    public List<String> explain() {
        return journal(Map.of()).stream()
            .filter(entry -> !(entry.get("status") instanceof Number status) || status.intValue() >= 400)
            .map(Sandbox::told)
            .toList();
    }

    /** An order to the admin API, or a question: its JSON, as maps, lists, strings, numbers. */
    public Object order(String method, String path, Map<String, ?> body) {
        return read(method, "/admin/v1/" + path, body);
    }

    /** Ends the server, if it is of our own, and leaves nothing behind. */
    @Override
    public void close() {
        partners.values().forEach(Partner::close);
        if (server != null) {
            server.stop();
        }
    }

    Object read(String method, String path, Map<String, ?> body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(console + path)).timeout(Duration.ofSeconds(30));
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json").method(method, BodyPublishers.ofString(Json.write(body)));
        }
        HttpResponse<String> answer;
        try {
            answer = client.send(request.build(), BodyHandlers.ofString());
        } catch (IOException error) {
            throw new SandboxDied(server == null ? console + ": " + error : server.epitaph());
        } catch (InterruptedException interruption) {
            Thread.currentThread().interrupt();
            throw new SandboxDied(console + ": interrupted");
        }
        if (answer.statusCode() >= 400) {
            throw new ConsoleError(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
        }
        return Json.read(answer.body());
    }

    /** What was given, or what the variable BACASABLE says. */
    static String named(String binary) {
        return binary.isEmpty() ? Objects.requireNonNullElse(System.getenv("BACASABLE"), "") : binary;
    }

    private static String told(Map<String, Object> entry) {
        List<?> controls = (List<?>) entry.getOrDefault("controls", List.of());
        String refused = controls.stream()
            .filter(control -> "refused".equals(Json.member(control, "verdict")))
            .map(control -> "control " + Json.member(control, "control") + ": " + Json.member(control, "reason"))
            .collect(Collectors.joining("; "));
        String why = refused.isEmpty() ? Objects.toString(entry.get("note"), "") : refused;
        String what = Stream.of("partner", "api", "operation", "status", "code")
            .map(entry::get).filter(Objects::nonNull).map(Object::toString).collect(Collectors.joining(" "));
        return what + " [" + entry.get("correlation_id") + "]" + (why.isEmpty() ? "" : ": " + why);
    }

    /** The server's clock. */
    public final class Clock {
        /** What it shows. */
        public String now() {
            return (String) Json.member(order("GET", "clock", null), "now");
        }

        /** Sets it: 2026-11-22T10:00:00Z. */
        public void set(String now) {
            order("PUT", "clock", Map.of("now", now));
        }

        /** Advances it. */
        public void advance(Duration by) {
            order("PUT", "clock", Map.of("advance", by.toString()));
        }

        /** Stops it. */
        public void freeze() {
            order("PUT", "clock", Map.of("frozen", true));
        }

        /** Returns to the system's time. */
        public void reset() {
            order("DELETE", "clock", null);
        }
    }

    /** How many calls of this minute count as admitted. */
    public final class Quota {
        /** Limit and use: "limit", "used", "resets_at". */
        @SuppressWarnings("unchecked")
        public Map<String, Object> of(String partner, String api) {
            List<Map<String, Object>> lines = (List<Map<String, Object>>) order("GET", "quotas?partner=" + partner, null);
            return lines.stream().filter(line -> api.equals(line.get("api"))).findFirst()
                .orElseThrow(() -> new ConsoleError(partner + " has no convention for " + api));
        }

        /** So many count as admitted. */
        public void set(String partner, String api, int used) {
            order("PUT", "quotas", new HashMap<>(Map.of("partner", partner, "api", api, "used", used)));
        }

        /** The next call of this minute is refused with 429. */
        public void exhaust(String partner, String api) {
            set(partner, api, ((Number) of(partner, api).get("limit")).intValue());
        }
    }
}
