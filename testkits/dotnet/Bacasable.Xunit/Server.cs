using System.Diagnostics;

namespace Bacasable.Xunit;

/// <summary>The server is not there any more; the message has the last lines of its log.</summary>
public sealed class SandboxDied(string message) : Exception(message);

/// <summary>A server of one's own. It ends with this process, however that ends: it watches its standard input.</summary>
internal sealed class Server : IDisposable
{
    private readonly Process process;
    private readonly string? scratch;
    private readonly Queue<string> log = new();

    public string Certs { get; }
    public Uri Gateway { get; }
    public Uri Console { get; }

    public Server(string? binary, string? fixtures, IReadOnlyDictionary<string, string> settings)
    {
        var program = Find(binary);
        var options = Options(fixtures, settings);
        // A certs folder that the settings name is the caller's: it stays.
        scratch = options.ContainsKey("certs") ? null : Directory.CreateTempSubdirectory("bacasable-").FullName;
        Certs = options.TryGetValue("certs", out var given) ? given : options["certs"] = scratch!;
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false,
        };
        string[] line = ["serve", "--parent-watch", .. scratch is null ? Array.Empty<string>() : ["--discard-certs"]];
        foreach (var word in line.Concat(options.Select(one => $"--{one.Key}={one.Value}")))
        {
            start.ArgumentList.Add(word);
        }
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception error)
        {
            RemoveScratch();
            throw new SandboxDied($"{program} cannot be started: {error.Message}");
        }
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginErrorReadLine();
        var first = process.StandardOutput.ReadLineAsync();
        var words = first.Wait(TimeSpan.FromSeconds(30)) ? (first.Result ?? "").Split(' ') : [];
        if (words is not ["ready", var gateway, var console])
        {
            Dispose();
            throw new SandboxDied(Epitaph());
        }
        Gateway = new Uri(gateway["gateway=".Length..]);
        Console = new Uri(console["console=".Length..]);
    }

    public int Pid => process.Id;

    /// <summary>How it ended, with the last lines of its log.</summary>
    public string Epitaph()
    {
        var how = process.WaitForExit(200) ? $"ended with code {process.ExitCode}" : "does not answer";
        lock (log)
        {
            var lines = log.Count == 0 ? "(none)" : string.Join("\n  ", log);
            return $"bacasable {how}; the last lines of its log:\n  {lines}";
        }
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(10_000))
        {
            process.Kill();
        }
        process.WaitForExit();
        RemoveScratch();
    }

    /// <summary>The server does it itself unless it was killed.</summary>
    private void RemoveScratch()
    {
        if (scratch is not null && Directory.Exists(scratch))
        {
            Directory.Delete(scratch, true);
        }
    }

    private static Dictionary<string, string> Options(string? fixtures, IReadOnlyDictionary<string, string> settings)
    {
        const string free = "127.0.0.1:0";
        var options = new Dictionary<string, string> { ["gateway-listen"] = free, ["console-listen"] = free, ["log-level"] = "warn" };
        if (fixtures is not null)
        {
            options["fixtures"] = fixtures;
        }
        foreach (var (key, value) in settings)
        {
            options[key.Replace('.', '-').Replace('_', '-')] = value;
        }
        return options;
    }

    private void Keep(string? line)
    {
        lock (log)
        {
            if (line is not null)
            {
                log.Enqueue(line);
            }
            if (log.Count > 20)
            {
                log.Dequeue();
            }
        }
    }

    /// <summary>The program: as given, of the variable BACASABLE, or of the path.</summary>
    private static string Find(string? binary)
    {
        var given = string.IsNullOrEmpty(binary) ? Environment.GetEnvironmentVariable("BACASABLE") : binary;
        if (!string.IsNullOrEmpty(given))
        {
            return given;
        }
        var name = OperatingSystem.IsWindows() ? "bacasable.exe" : "bacasable";
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        return folders.Select(folder => Path.Combine(folder, name)).FirstOrDefault(File.Exists) ?? throw new SandboxDied(
            "bacasable is not installed: put its program on PATH or into the variable BACASABLE, or name a running server there "
            + "(BACASABLE=http://localhost:8080,https://localhost:8443)");
    }
}
