<?php
// A client of the DGFiP's API gateway: mutual TLS, one token for many calls, a correlation identifier per request, patience.
// Copy it into your project and make it yours; it needs PHP 8.1 and its curl extension.

declare(strict_types=1);

/** An answer, read whole. */
final class Answer
{
    /** @param array<string, string> $headers names in lower case */
    public function __construct(public readonly int $status, public readonly array $headers, public readonly string $body) {}

    public function json(): array
    {
        return json_decode($this->body, true, flags: JSON_THROW_ON_ERROR);
    }
}

/** An answer that is not 2xx: quote its correlation identifier when you ask for help. */
final class ApiError extends RuntimeException
{
    public readonly int $status;
    public readonly int|string|null $apiCode;
    public readonly ?string $correlationId;

    public function __construct(Answer $answer)
    {
        $body = json_decode($answer->body, true) ?? []; // a maintenance page is no JSON
        $fault = $body['erreur'] ?? $body;
        $this->status = $answer->status;
        $this->apiCode = $fault['code'] ?? $fault['error'] ?? null;
        $this->correlationId = $answer->headers['x-correlation-id'] ?? null;
        $message = $fault['message'] ?? $fault['error_description'] ?? substr($answer->body, 0, 200);
        parent::__construct("$this->status $this->apiCode: $message (X-Correlation-ID $this->correlationId)");
    }
}

final class Client
{
    private const R2P_SCOPES = 'api_r2p_recherche_personne_physique api_r2p_resolution_spi';
    private const LONGEST_WAIT = 90; // seconds; the gateway counts by the minute

    public int $tokensObtained = 0;
    public Closure $sleep;
    private CurlHandle $curl;
    private ?string $token = null;
    private float $expires = 0;

    public function __construct(
        private readonly string $gateway,
        private readonly string $certs,
        private readonly string $partner,
        private readonly string $secret,
        private readonly string $siret,
        private readonly string $scope = self::R2P_SCOPES,
    ) {
        $this->curl = curl_init(); // one handle: connections are kept open
        $this->sleep = static fn (int $seconds) => sleep($seconds);
    }

    /** A FICOBA search: numCpte, spi, siretSiren, perPhy, perPro, verifIban or multiDet. */
    public function ficoba(string $search, string $motif, string $justification, array $criteria): array
    {
        return $this->call('POST', "/fcb-masrestit/api/v2/comptes/$search", [
            'dateDemande' => gmdate('Y-m-d'),
            'motif' => $motif,
            'siretDemandeur' => $this->siret,
            'justification' => $justification,
            'criteresRecherche' => $criteria,
        ]);
    }

    /** The person that R2P knows under this SPI. */
    public function person(string $spi): array
    {
        return $this->call('GET', "/r2p/v1/personne/$spi");
    }

    /** One call: a refused token is renewed once, a used-up minute is waited for once. */
    public function call(string $method, string $path, ?array $body = null): array
    {
        $renewed = $waited = false;
        $options = $body === null ? [] : [CURLOPT_POSTFIELDS => json_encode($body, JSON_THROW_ON_ERROR | JSON_UNESCAPED_UNICODE)];
        while (true) {
            $headers = ['Authorization: Bearer ' . $this->token(), 'Content-Type: application/json'];
            $answer = $this->send($method, $path, $headers, $options);
            if ($answer->status === 401 && !$renewed) {
                $renewed = true;
                $this->token = null;
            } elseif ($answer->status === 429 && !$waited && ($pause = self::patience($answer)) !== null) {
                $waited = true;
                ($this->sleep)($pause);
            } elseif (intdiv($answer->status, 100) === 2) {
                return $answer->json();
            } else {
                throw new ApiError($answer);
            }
        }
    }

    /** The token in force, or a new one a minute before that one expires. */
    public function token(): string
    {
        if ($this->token === null || hrtime(true) / 1e9 > $this->expires) {
            $answer = $this->authenticated('/token', ['grant_type' => 'client_credentials', 'scope' => $this->scope])->json();
            $this->tokensObtained++;
            $this->token = $answer['access_token'];
            $this->expires = hrtime(true) / 1e9 + $answer['expires_in'] - 60;
        }
        return $this->token;
    }

    /** Tells the gateway that a token is no longer needed. */
    public function revoke(string $token): void
    {
        $this->authenticated('/revoke', ['token' => $token]);
    }

    private function authenticated(string $path, array $form): Answer
    {
        $options = [CURLOPT_USERPWD => "$this->partner:$this->secret", CURLOPT_POSTFIELDS => http_build_query($form)];
        $answer = $this->send('POST', $path, [], $options);
        return $answer->status === 200 ? $answer : throw new ApiError($answer);
    }

    private function send(string $method, string $path, array $headers, array $options): Answer
    {
        $received = [];
        curl_reset($this->curl); // forgets the options, keeps the connection
        curl_setopt_array($this->curl, $options + [
            CURLOPT_URL => $this->gateway . $path,
            CURLOPT_CUSTOMREQUEST => $method,
            CURLOPT_HTTPHEADER => [...$headers, 'X-Correlation-ID: ' . self::uuid(), 'X-Request-ID: ' . self::uuid()],
            CURLOPT_CAINFO => "$this->certs/ca.pem",
            CURLOPT_SSLCERT => "$this->certs/clients/$this->partner.pem",
            CURLOPT_SSLKEY => "$this->certs/clients/$this->partner.key",
            CURLOPT_CONNECTTIMEOUT => 5,
            CURLOPT_TIMEOUT => 30,
            CURLOPT_RETURNTRANSFER => true,
            CURLOPT_HEADERFUNCTION => static function (CurlHandle $_, string $line) use (&$received): int {
                [$name, $value] = array_pad(explode(':', $line, 2), 2, '');
                $received[strtolower($name)] = trim($value);
                return strlen($line);
            },
        ]);
        $body = curl_exec($this->curl);
        if ($body === false) {
            throw new RuntimeException(curl_error($this->curl), curl_errno($this->curl));
        }
        return new Answer(curl_getinfo($this->curl, CURLINFO_RESPONSE_CODE), $received, $body);
    }

    /** Seconds until Retry-After, seconds or a date by the gateway's own clock; null when that is too long to wait. */
    private static function patience(Answer $answer): ?int
    {
        if (!isset($answer->headers['retry-after'])) {
            return null;
        }
        $told = $answer->headers['retry-after'];
        $pause = ctype_digit($told) ? (int) $told : max(0, strtotime($told) - strtotime($answer->headers['date']));
        return $pause <= self::LONGEST_WAIT ? $pause : null;
    }

    private static function uuid(): string
    {
        $bytes = random_bytes(16);
        $bytes[6] = chr(ord($bytes[6]) & 0x0f | 0x40); // version 4
        $bytes[8] = chr(ord($bytes[8]) & 0x3f | 0x80); // variant 10
        return vsprintf('%s%s-%s-%s-%s-%s%s%s', str_split(bin2hex($bytes), 4));
    }
}
