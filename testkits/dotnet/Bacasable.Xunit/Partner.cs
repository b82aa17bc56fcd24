using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json.Nodes;

namespace Bacasable.Xunit;

/// <summary>A partner: its certificate, its identity, and a client that is ready to call.</summary>
public sealed class Partner
{
    private readonly Sandbox sandbox;
    private readonly Dictionary<string, string> tokens = [];

    internal Partner(Sandbox sandbox, string id, JsonNode bundle, JsonNode own)
    {
        (this.sandbox, Id) = (sandbox, id);
        Siret = (string)own["siret"]!;
        ConsumerKey = (string)own["consumer_key"]!;
        ConsumerSecret = (string)own["consumer_secret"]!;
        var pkcs12 = Convert.FromBase64String((string)bundle["pkcs12"]!);
        // Windows' TLS wants a key that is kept by the system; elsewhere it stays in memory.
        Certificate = new X509Certificate2(pkcs12, (string)bundle["pkcs12_password"]!);
        Authority = X509Certificate2.CreateFromPem((string)bundle["ca"]!);
    }

    public string Id { get; }

    /// <summary>What siretDemandeur must be.</summary>
    public string Siret { get; }

    public string ConsumerKey { get; }
    public string ConsumerSecret { get; }
    public X509Certificate2 Certificate { get; }
    public X509Certificate2 Authority { get; }

    /// <summary>A new handler that shows the certificate and trusts the test authority alone.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        UseProxy = false,
        SslOptions = new SslClientAuthenticationOptions
        {
            ClientCertificates = [Certificate],
            LocalCertificateSelectionCallback = (_, _, _, _, _) => Certificate,
            CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust, CustomTrustStore = { Authority }, RevocationMode = X509RevocationMode.NoCheck,
            },
        },
    };

    /// <summary>A new client of the gateway that brings token and X-Correlation-ID, where the request has none.</summary>
    public HttpClient Client() => new(new Bearing(this, Handler())) { BaseAddress = sandbox.Gateway, Timeout = TimeSpan.FromSeconds(30) };

    /// <summary>A token from the token endpoint, asked for once until the next reset; all the convention's scopes by default.</summary>
    public async Task<string> Token(string? scope = null)
    {
        lock (tokens)
        {
            if (tokens.TryGetValue(scope ?? "*", out var known))
            {
                return known;
            }
        }
        var token = await Obtain(scope);
        lock (tokens)
        {
            tokens[scope ?? "*"] = token;
        }
        return token;
    }

    internal void Forget()
    {
        lock (tokens)
        {
            tokens.Clear();
        }
    }

    private async Task<string> Obtain(string? scope)
    {
        var scopes = sandbox.Order(HttpMethod.Get, $"conventions/{Id}")!["scopes"]?.AsArray() ?? [];
        scope ??= string.Join(" ", scopes.Select(one => $"{one}"));
        var form = new Dictionary<string, string> { ["grant_type"] = "client_credentials" };
        if (scope.Length > 0)
        {
            form["scope"] = scope;
        }
        using var client = new HttpClient(Handler()) { Timeout = TimeSpan.FromSeconds(30) };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{ConsumerKey}:{ConsumerSecret}"));
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);
        using var answer = await client.PostAsync(new Uri(sandbox.Gateway, "/token"), new FormUrlEncodedContent(form));
        var text = await answer.Content.ReadAsStringAsync();
        return answer.IsSuccessStatusCode ? (string)JsonNode.Parse(text)!["access_token"]! : throw new HttpRequestException($"POST /token: {(int)answer.StatusCode} {text}");
    }

    private sealed class Bearing(Partner partner, HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken stop)
        {
            request.Headers.Authorization ??= new AuthenticationHeaderValue("Bearer", await partner.Token());
            if (!request.Headers.Contains("X-Correlation-ID"))
            {
                request.Headers.Add("X-Correlation-ID", Guid.NewGuid().ToString());
            }
            return await base.SendAsync(request, stop);
        }
    }
}
