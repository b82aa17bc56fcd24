<?php

declare(strict_types=1);

namespace Bacasable;

/** A running server, and what a test orders of it through its console (docs/console.md of bacasable). */
final class Sandbox
{
    public readonly string $gateway;
    public readonly string $console;
    /** The folder of the test PKI; one of our own when the server is not. */
    public readonly string $certs;
    public readonly Clock $clock;
    public readonly Quota $quota;
    private readonly ?Server $server;
    /** @var array<string, Partner> */
    private array $partners = [];

    /** @param array<string, string|int|bool> $settings */
    public function __construct(?string $binary = null, ?string $fixtures = null, array $settings = [])
    {
        $named = $binary ?: (string) getenv('BACASABLE');
        if (preg_match('#^https?://#', $named)) {
            $urls = explode(',', $named, 2);
            $this->server = null;
            $this->console = rtrim($urls[0], '/');
            $this->gateway = rtrim($urls[1] ?? 'https://' . parse_url($urls[0], PHP_URL_HOST) . ':8443', '/');
            $this->certs = sys_get_temp_dir() . '/bacasable-' . bin2hex(random_bytes(8));
        } else {
            $this->server = new Server($binary, $fixtures, $settings);
            [$this->console, $this->gateway, $this->certs] = [$this->server->console, $this->server->gateway, $this->server->certs];
        }
        $this->clock = new Clock($this);
        $this->quota = new Quota($this);
        register_shutdown_function(fn () => $this->stop());
    }

    /** A partner; with certificate: 'expired' and the like, one that shows a faulty certificate. */
    public function partner(string $id = 'editeur-demo', ?string $certificate = null): Partner
    {
        return $this->partners["$id $certificate"] ??= new Partner($this, $id, $certificate === null ? $id : "invalid/$certificate");
    }

    /**
     * A token minted by the console: ['scopes' => [...], 'expires_in' => -10] for one that has expired.
     *
     * @param array<string, mixed> $order
     */
    public function token(string $partner = 'editeur-demo', array $order = []): string
    {
        return $this->order('POST', 'tokens', ['partner' => $partner] + $order)['access_token'];
    }

    /**
     * The next calls that match end like this; the id of the order.
     *
     * @param array<string, mixed> $outcome
     * @param array<string, mixed> $match
     */
    public function fault(array $outcome, array $match = [], int $times = 1): string
    {
        return $this->order('POST', 'faults', ['match' => (object) $match, 'outcome' => $outcome, 'times' => $times])['id'];
    }

    /**
     * Changes a convention until the next reset.
     *
     * @param array<string, mixed> $patch
     */
    public function amend(string $partner, array $patch): mixed
    {
        return $this->order('PATCH', "conventions/$partner", $patch);
    }

    /**
     * Everything as at the start, or ['only' => [...]], or ['partner' => ...].
     *
     * @param array<string, mixed> $what
     */
    public function reset(array $what = []): void
    {
        $this->order('POST', 'reset', $what);
        foreach ($this->partners as $partner) {
            $partner->forget();
        }
    }

    /**
     * The entries, oldest first.
     *
     * @param array<string, mixed> $filters
     * @return list<array<string, mixed>>
     */
    public function journal(array $filters = []): array
    {
        return $this->order('GET', 'journal?' . http_build_query($filters))['entries'];
    }

    /**
     * What the journal says of refused and failed requests, one line each.
     *
     * @param array<string, mixed> $filters
     * @return list<string>
     */
    public function explain(array $filters = []): array
    {
        $failed = array_filter($this->journal($filters), fn (array $entry) => ($entry['status'] ?? 500) >= 400);
        return array_values(array_map(self::told(...), $failed));
    }

    /** An order to the admin API, or a question. */
    public function order(string $method, string $path, ?array $body = null): mixed
    {
        return $this->read($method, "/admin/v1/$path", $body);
    }

    public function read(string $method, string $path, ?array $body = null): mixed
    {
        $this->server?->readLog();
        $http = ['method' => $method, 'ignore_errors' => true, 'timeout' => 30, 'protocol_version' => 1.1];
        $http['header'] = ['Connection: close'];
        if ($body !== null) {
            $http['header'][] = 'Content-Type: application/json';
            $http['content'] = json_encode((object) $body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE);
        }
        $text = @file_get_contents($this->console . $path, false, stream_context_create(['http' => $http]));
        if ($text === false) {
            throw new SandboxDied($this->server?->epitaph() ?? "{$this->console}: no answer");
        }
        $status = (int) explode(' ', $http_response_header[0])[1];
        if ($status >= 400) {
            throw new ConsoleError("$method $path: $status $text");
        }
        return json_decode($text, true, 512, JSON_THROW_ON_ERROR);
    }

    /** Ends the server, if it is of our own, and leaves nothing behind. */
    public function stop(): void
    {
        $this->server === null ? Server::remove($this->certs) : $this->server->stop();
    }

    /** The server's process; null when it is not our own. */
    public function pid(): ?int
    {
        return $this->server?->pid();
    }

    /** @param array<string, mixed> $entry */
    private static function told(array $entry): string
    {
        $refused = array_filter($entry['controls'] ?? [], fn (array $control) => $control['verdict'] === 'refused');
        $why = implode('; ', array_map(fn (array $control) => "control {$control['control']}: " . ($control['reason'] ?? ''), $refused));
        $why = $why ?: ($entry['note'] ?? '');
        $known = array_map(fn (string $key) => $entry[$key] ?? null, ['partner', 'api', 'operation', 'status', 'code']);
        return implode(' ', array_filter($known)) . " [{$entry['correlation_id']}]" . ($why ? ": $why" : '');
    }
}
