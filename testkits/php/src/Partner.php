<?php

declare(strict_types=1);

namespace Bacasable;

/** A partner: its certificate, its identity, and what the HTTP libraries want of them. Paths are those of files. */
final class Partner
{
    public readonly string $gateway;
    public readonly string $siret;
    public readonly string $consumerKey;
    public readonly string $consumerSecret;
    public readonly string $ca;
    public readonly string $certificate;
    public readonly string $key;
    /** Certificate and key in one file, for PHP's streams. */
    public readonly string $combined;
    public readonly string $p12;
    public readonly string $p12Password;
    /** @var array<string, string> */
    private array $tokens = [];

    public function __construct(private readonly Sandbox $sandbox, public readonly string $id, string $path)
    {
        $bundle = $sandbox->read('GET', "/certs/clients/$path.json");
        $own = $bundle['partner'] === $id ? $bundle : $sandbox->read('GET', "/certs/clients/$id.json");
        $this->gateway = $sandbox->gateway;
        [$this->siret, $this->consumerKey, $this->consumerSecret] = [$own['siret'], $own['consumer_key'], $own['consumer_secret']];
        $this->p12Password = $bundle['pkcs12_password'];
        $this->ca = $this->file('ca.pem', $bundle['ca']);
        $this->certificate = $this->file("clients/$path.pem", $bundle['certificate']);
        $this->key = $this->file("clients/$path.key", $bundle['key']);
        $this->combined = $this->file("clients/$path-combined.pem", $bundle['certificate'] . $bundle['key']);
        $this->p12 = $this->file("clients/$path.p12", base64_decode($bundle['pkcs12']));
    }

    /**
     * Options of GuzzleHttp\Client. With the curl handler; the stream handler wants 'cert' => $partner->combined and no 'ssl_key'.
     *
     * @return array<string, mixed>
     */
    public function guzzle(): array
    {
        $tls = ['verify' => $this->ca, 'cert' => $this->certificate, 'ssl_key' => $this->key];
        return ['base_uri' => $this->gateway, 'http_errors' => false, 'proxy' => ''] + $tls;
    }

    /**
     * Options of Symfony\Component\HttpClient\HttpClient::create().
     *
     * @return array<string, mixed>
     */
    public function symfony(): array
    {
        $tls = ['cafile' => $this->ca, 'local_cert' => $this->certificate, 'local_pk' => $this->key];
        return ['base_uri' => $this->gateway, 'no_proxy' => '*'] + $tls;
    }

    /**
     * Options of stream_context_create().
     *
     * @return array<string, mixed>
     */
    public function stream(): array
    {
        return ['ssl' => ['cafile' => $this->ca, 'local_cert' => $this->combined]];
    }

    /** A token from the token endpoint, asked for once until the next reset; all the convention's scopes by default. */
    public function token(?string $scope = null): string
    {
        return $this->tokens[$scope ?? '*'] ??= $this->obtain($scope);
    }

    /**
     * What a call needs: a token, and a new X-Correlation-ID.
     *
     * @return array<string, string>
     */
    public function headers(): array
    {
        return ['Authorization' => 'Bearer ' . $this->token(), 'X-Correlation-ID' => self::uuid()];
    }

    /**
     * One call: a path of the gateway; the answer's status, text and json.
     *
     * @param array<string, string> $headers
     * @return array{status: int, text: string, json: mixed}
     */
    public function call(string $path, string $method = 'GET', array $headers = [], ?string $body = null): array
    {
        $own = isset($headers['Authorization']) ? ['X-Correlation-ID' => self::uuid()] : $this->headers();
        return $this->send($method, $path, $headers + $own, $body);
    }

    public function forget(): void
    {
        $this->tokens = [];
    }

    /** @param array<string, string> $headers */
    private function send(string $method, string $path, array $headers, ?string $body): array
    {
        $lines = array_map(fn (string $name) => "$name: {$headers[$name]}", array_keys($headers));
        $http = ['method' => $method, 'ignore_errors' => true, 'timeout' => 30, 'protocol_version' => 1.1];
        $http += ['header' => ['Connection: close', ...$lines]] + ($body === null ? [] : ['content' => $body]);
        $text = @file_get_contents($this->gateway . $path, false, stream_context_create(['http' => $http] + $this->stream()));
        if ($text === false) {
            throw new \RuntimeException("$method $path: " . (error_get_last()['message'] ?? 'no answer'));
        }
        $status = (int) explode(' ', $http_response_header[0])[1];
        return ['status' => $status, 'text' => $text, 'json' => json_decode($text, true)];
    }

    private function obtain(?string $scope): string
    {
        $scope ??= implode(' ', $this->sandbox->order('GET', "conventions/{$this->id}")['scopes'] ?? []);
        $form = http_build_query(['grant_type' => 'client_credentials'] + ($scope === '' ? [] : ['scope' => $scope]));
        $headers = [
            'Authorization' => 'Basic ' . base64_encode("{$this->consumerKey}:{$this->consumerSecret}"),
            'Content-Type' => 'application/x-www-form-urlencoded',
        ];
        $answer = $this->send('POST', '/token', $headers, $form);
        if ($answer['status'] !== 200) {
            throw new \RuntimeException("POST /token: {$answer['status']} {$answer['text']}");
        }
        return $answer['json']['access_token'];
    }

    /** A file of the certs folder, as a path: written where the server has none. */
    private function file(string $name, string $contents): string
    {
        $path = "{$this->sandbox->certs}/$name";
        if (!file_exists($path)) {
            is_dir(dirname($path)) || mkdir(dirname($path), 0700, true);
            touch($path) && chmod($path, 0600) && file_put_contents($path, $contents);
        }
        return $path;
    }

    private static function uuid(): string
    {
        $bytes = random_bytes(16);
        $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40);
        $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80);
        return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
    }
}
