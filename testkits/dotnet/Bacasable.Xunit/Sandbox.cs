using System.Text.Json;
using System.Text.Json.Nodes;

namespace Bacasable.Xunit;

/// <summary>The console refuses an order; the message says why.</summary>
public sealed class ConsoleError(string message) : Exception(message);

/// <summary>
/// A running server, and what a test orders of it through its console (docs/console.md of bacasable): a fixture for xUnit, as
/// IClassFixture&lt;Sandbox&gt; or of a collection. A class that wants other settings derives from it.
/// </summary>
public class Sandbox : IDisposable
{
    private readonly Server? server;
    private readonly HttpClient client = new(new SocketsHttpHandler { UseProxy = false }) { Timeout = TimeSpan.FromSeconds(30) };
    private readonly Dictionary<(string, string), Partner> partners = [];

    public Sandbox() : this(null)
    {
    }

    protected Sandbox(string? binary, string? fixtures = null, IReadOnlyDictionary<string, string>? settings = null)
    {
        var named = string.IsNullOrEmpty(binary) ? Environment.GetEnvironmentVariable("BACASABLE") ?? "" : binary;
        if (named.StartsWith("http://", StringComparison.Ordinal) || named.StartsWith("https://", StringComparison.Ordinal))
        {
            var urls = named.Split(',', 2);
            Console = new Uri(urls[0]);
            Gateway = new Uri(urls.Length > 1 ? urls[1] : $"https://{Console.Host}:8443");
        }
        else
        {
            server = new Server(binary, fixtures, settings ?? new Dictionary<string, string>());
            (Gateway, Console) = (server.Gateway, server.Console);
        }
        Clock = new Clock(this);
        Quota = new Quota(this);
    }

    /// <summary>A server with these settings, for a test that starts its own.</summary>
    public static Sandbox Start(string? binary = null, string? fixtures = null, IReadOnlyDictionary<string, string>? settings = null) =>
        new(binary, fixtures, settings);

    public Uri Gateway { get; }
    public Uri Console { get; }
    public Clock Clock { get; }
    public Quota Quota { get; }

    /// <summary>The folder of the test PKI; null when the server is not our own.</summary>
    public string? Certs => server?.Certs;

    /// <summary>The server's process; null when it is not our own.</summary>
    public int? Pid => server?.Pid;

    /// <summary>A partner; with certificate "expired" and the like, one that shows a faulty certificate.</summary>
    public Partner Partner(string id = "editeur-demo", string? certificate = null)
    {
        lock (partners)
        {
            var path = certificate is null ? id : $"invalid/{certificate}";
            if (!partners.TryGetValue((id, path), out var partner))
            {
                var bundle = Read(HttpMethod.Get, $"certs/clients/{path}.json")!;
                var own = (string?)bundle["partner"] == id ? bundle : Read(HttpMethod.Get, $"certs/clients/{id}.json")!;
                partners[(id, path)] = partner = new Partner(this, id, bundle, own);
            }
            return partner;
        }
    }

    /// <summary>A token minted by the console; expiresIn is in seconds, negative for one that has expired.</summary>
    public string Token(string partner = "editeur-demo", int expiresIn = 3600) =>
        (string)Order(HttpMethod.Post, "tokens", new { partner, expires_in = expiresIn })!["access_token"]!;

    /// <summary>The next calls that match end like this: Fault(new { code = "CAT004" }, new { api = "ficoba" }).</summary>
    public string Fault(object outcome, object? match = null, int times = 1) =>
        (string)Order(HttpMethod.Post, "faults", new { outcome, match = match ?? new { }, times })!["id"]!;

    /// <summary>Changes a convention until the next reset: Amend("editeur-demo", new { state = "suspended" }).</summary>
    public JsonNode? Amend(string partner, object patch) => Order(HttpMethod.Patch, $"conventions/{partner}", patch);

    /// <summary>Everything as at the start, or new { only = new[] { "clock" } }, or new { partner = "ID" }.</summary>
    public void Reset(object? what = null)
    {
        Order(HttpMethod.Post, "reset", what ?? new { });
        lock (partners)
        {
            foreach (var partner in partners.Values)
            {
                partner.Forget();
            }
        }
    }

    /// <summary>The journal's entries, oldest first; filters as a query: "partner=editeur-demo".</summary>
    public IReadOnlyList<JsonNode> Journal(string filters = "") =>
        Order(HttpMethod.Get, $"journal?{filters}")!["entries"]!.AsArray().Select(entry => entry!).ToList();

    /// <summary>What the journal says of refused and failed requests, one line each.</summary>
    public IReadOnlyList<string> Explain(string filters = "") =>
        Journal(filters).Where(entry => ((int?)entry["status"] ?? 500) >= 400).Select(Told).ToList();

    /// <summary>Runs a test's body; when it fails, the exception's message has the refused and failed requests too.</summary>
    public async Task Explaining(Func<Task> body)
    {
        Reset();
        try
        {
            await body();
        }
        catch (Exception failure) when (failure is not SandboxDied)
        {
            var lines = Explain();
            if (lines.Count == 0)
            {
                throw;
            }
            throw new Exception($"{failure.Message}\nbacasable: refused and failed requests\n  {string.Join("\n  ", lines)}", failure);
        }
    }

    /// <summary>An order to the admin API, or a question.</summary>
    public JsonNode? Order(HttpMethod method, string path, object? body = null) => Read(method, $"admin/v1/{path}", body);

    internal JsonNode? Read(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(Console, path));
        if (body is not null)
        {
            request.Content = new StringContent(JsonSerializer.Serialize(body), null, "application/json");
        }
        try
        {
            using var answer = client.Send(request);
            using var reader = new StreamReader(answer.Content.ReadAsStream());
            var text = reader.ReadToEnd();
            return (int)answer.StatusCode < 400 ? JsonNode.Parse(text) : throw new ConsoleError($"{method} {path}: {(int)answer.StatusCode} {text}");
        }
        catch (Exception error) when (error is HttpRequestException or IOException or TaskCanceledException)
        {
            throw new SandboxDied(server?.Epitaph() ?? $"{Console}: {error.Message}");
        }
    }

    public void Dispose()
    {
        client.Dispose();
        server?.Dispose();
        GC.SuppressFinalize(this);
    }

    private static string Told(JsonNode entry)
    {
        var refused = (entry["controls"]?.AsArray() ?? []).Where(control => (string?)control!["verdict"] == "refused");
        var why = string.Join("; ", refused.Select(control => $"control {control!["control"]}: {control["reason"]}"));
        why = why.Length > 0 ? why : $"{entry["note"]}";
        string[] members = ["partner", "api", "operation", "status", "code"];
        var what = string.Join(" ", members.Select(member => $"{entry[member]}").Where(word => word.Length > 0));
        return $"{what} [{entry["correlation_id"]}]" + (why.Length > 0 ? $": {why}" : "");
    }
}

/// <summary>The server's clock.</summary>
public sealed class Clock(Sandbox sandbox)
{
    public DateTimeOffset Now() => (DateTimeOffset)sandbox.Order(HttpMethod.Get, "clock")!["now"]!;

    public void Set(DateTimeOffset now) => sandbox.Order(HttpMethod.Put, "clock", new { now = now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ssZ") });

    /// <summary>By whole seconds.</summary>
    public void Advance(TimeSpan by) => sandbox.Order(HttpMethod.Put, "clock", new { advance = $"PT{(long)by.TotalSeconds}S" });

    public void Freeze() => sandbox.Order(HttpMethod.Put, "clock", new { frozen = true });

    public void Reset() => sandbox.Order(HttpMethod.Delete, "clock");
}

/// <summary>How many calls of this minute count as admitted.</summary>
public sealed class Quota(Sandbox sandbox)
{
    public (int Limit, int Used) Of(string partner, string api)
    {
        var lines = sandbox.Order(HttpMethod.Get, $"quotas?partner={partner}")!.AsArray();
        var line = lines.FirstOrDefault(line => (string?)line!["api"] == api) ?? throw new ConsoleError($"{partner} has no convention for {api}");
        return ((int)line["limit"]!, (int)line["used"]!);
    }

    public void Set(string partner, string api, int used) => sandbox.Order(HttpMethod.Put, "quotas", new { partner, api, used });

    /// <summary>The next call of this minute is refused with 429.</summary>
    public void Exhaust(string partner, string api) => Set(partner, api, Of(partner, api).Limit);
}
