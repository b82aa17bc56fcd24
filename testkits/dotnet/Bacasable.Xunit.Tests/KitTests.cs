using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Bacasable.Xunit;
using Xunit;

/// <summary>The kit against a real server.</summary>
public sealed class KitTests : IClassFixture<Sandbox>
{
    private const string Person = "/r2p/v1/personne/3990000101192";
    private readonly Sandbox sandbox;

    public KitTests(Sandbox sandbox)
    {
        this.sandbox = sandbox;
        sandbox.Reset();
    }

    [Fact]
    public async Task APersonIsFound()
    {
        using var client = sandbox.Partner("editeur-demo").Client();
        Assert.Contains("\"lbNomNaissance\":\"VALBRUNE\"", await client.GetStringAsync(Person));
    }

    [Fact]
    public void APartnerHasAllThatAClientNeeds()
    {
        var partner = sandbox.Partner("banque-horizon");
        Assert.Matches(@"^\d{14}$", partner.Siret);
        Assert.Equal(("banque-horizon", "secret-banque-horizon"), (partner.ConsumerKey, partner.ConsumerSecret));
        Assert.True(partner.Certificate.HasPrivateKey);
    }

    [Fact]
    public async Task ATokenExpiresWithTheClock()
    {
        using var client = sandbox.Partner("editeur-demo").Client();
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Person)).StatusCode);
        sandbox.Clock.Advance(TimeSpan.FromMinutes(61));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(Person)).StatusCode);
        Assert.Matches("^editeur-demo r2p .*401 900901.*control technical-id: ", sandbox.Explain()[0]);
    }

    [Fact]
    public async Task AnExpiredTokenIsRefused()
    {
        using var client = sandbox.Partner("editeur-demo").Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", sandbox.Token("editeur-demo", -10));
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(Person)).StatusCode);
    }

    [Fact]
    public async Task AQuotaIsExhausted()
    {
        sandbox.Clock.Freeze(); // a quota is that of a minute, and this one does not end
        sandbox.Quota.Exhaust("editeur-demo", "r2p");
        using var client = sandbox.Partner("editeur-demo").Client();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await client.GetAsync(Person)).StatusCode);
        Assert.Throws<ConsoleError>(() => sandbox.Quota.Exhaust("mutuelle-etatcivil", "ficoba"));
    }

    [Fact]
    public async Task AFaultStrikesOnce()
    {
        sandbox.Fault(new { code = "303001" }, new { api = "r2p" });
        using var client = sandbox.Partner("editeur-demo").Client();
        Assert.Equal(HttpStatusCode.InternalServerError, (await client.GetAsync(Person)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await client.GetAsync(Person)).StatusCode);
    }

    [Fact]
    public async Task AFaultyCertificateIsRefused()
    {
        using var client = sandbox.Partner("editeur-demo", certificate: "expired").Client();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", sandbox.Token());
        Assert.Equal(HttpStatusCode.Unauthorized, (await client.GetAsync(Person)).StatusCode);
        Assert.Contains("control certificate", sandbox.Explain()[0]);
    }

    [Fact]
    public void EveryWordIsAnOrderThatTheConsoleKnows()
    {
        sandbox.Clock.Set(new DateTimeOffset(2026, 11, 22, 10, 0, 0, TimeSpan.Zero));
        sandbox.Clock.Freeze();
        Assert.Equal(sandbox.Clock.Now(), sandbox.Clock.Now());
        sandbox.Quota.Set("editeur-demo", "r2p", 3);
        sandbox.Reset(new { only = new[] { "tokens" } });
        Assert.Equal(3, sandbox.Quota.Of("editeur-demo", "r2p").Used);
        sandbox.Reset(new { partner = "editeur-demo" });
        Assert.Equal(0, sandbox.Quota.Of("editeur-demo", "r2p").Used);
        sandbox.Clock.Reset();
        Assert.False((bool)sandbox.Order(HttpMethod.Get, "clock")!["frozen"]!);
        Assert.Equal("suspended", (string?)sandbox.Amend("editeur-demo", new { state = "suspended" })!["state"]);
    }

    [Fact]
    public void APortThatIsTakenIsNamed()
    {
        var taken = new System.Net.Sockets.TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var settings = new Dictionary<string, string> { ["gateway.listen"] = $"{taken.LocalEndpoint}" };
        var death = Assert.Throws<SandboxDied>(() => Sandbox.Start(settings: settings));
        taken.Stop();
        Assert.Contains($"gateway.listen: cannot listen on {settings["gateway.listen"]}", death.Message);
    }

    [Fact]
    public void ACertsFolderThatCannotBeWrittenIsNamedAndOneThatCanStays()
    {
        var folder = Directory.CreateTempSubdirectory("kit-").FullName;
        File.WriteAllText(Path.Combine(folder, "file"), "");
        Dictionary<string, string> Certs(string path) => new() { ["certs"] = Path.Combine(folder, path) };
        var death = Assert.Throws<SandboxDied>(() => Sandbox.Start(settings: Certs("file/certs")));
        Assert.Contains(Path.Combine(folder, "file/certs"), death.Message);
        Sandbox.Start(settings: Certs("certs")).Dispose();
        Assert.True(File.Exists(Path.Combine(folder, "certs", "ca.pem")));
        Directory.Delete(folder, true);
    }

    [Fact]
    public async Task TwoServersAtOnceAreApart()
    {
        using var other = Sandbox.Start();
        other.Clock.Freeze();
        other.Quota.Exhaust("editeur-demo", "r2p");
        using var there = other.Partner("editeur-demo").Client();
        using var here = sandbox.Partner("editeur-demo").Client();
        Assert.Equal(HttpStatusCode.TooManyRequests, (await there.GetAsync(Person)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await here.GetAsync(Person)).StatusCode);
    }

    [Fact]
    public void ASettingThatIsRefusedIsNamed()
    {
        var settings = new Dictionary<string, string> { ["population"] = "plenty" };
        var death = Assert.Throws<SandboxDied>(() => Sandbox.Start(settings: settings));
        Assert.Contains("ended with code 2", death.Message);
        Assert.Contains("--population", death.Message);
    }

    [Fact]
    public void AServerThatDiesIsReportedAtOnceWithItsLastLines()
    {
        using var own = Sandbox.Start();
        using var process = Process.GetProcessById(own.Pid!.Value);
        process.Kill();
        process.WaitForExit();
        Assert.Contains("the last lines of its log:", Assert.Throws<SandboxDied>(() => own.Reset()).Message);
    }

    [Fact]
    public async Task AFailureHasTheRefusedControls()
    {
        var failure = await Assert.ThrowsAsync<Exception>(() => sandbox.Explaining(async () =>
        {
            using var client = sandbox.Partner("editeur-demo").Client();
            await sandbox.Partner("editeur-demo").Token();
            sandbox.Amend("editeur-demo", new { networks = new[] { "192.0.2.0/24" } });
            await client.GetStringAsync(Person);
        }));
        Assert.Contains("control address: ", failure.Message);
    }
}
