<?php
// What a good client does, against a running bacasable: GATEWAY, CONSOLE and CERTS say where.

declare(strict_types=1);

require __DIR__ . '/client.php';

const IBAN = 'FR7699010000010000010100185', SPI = '3990000101192'; // of the persona celine-simple

function partner(string $name, string $siret = '20999001900017'): Client
{
    return new Client(getenv('GATEWAY') ?: 'https://localhost:8443', getenv('CERTS') ?: 'certs', $name, "secret-$name", $siret);
}

function account(Client $client, string $iban = IBAN, string $justification = 'dossier 2026-0001'): array
{
    return $client->ficoba('numCpte', '0020', $justification, ['iban' => $iban, 'verificationCompte' => '0']);
}

function console(string $method, string $path, array $body): void
{
    $curl = curl_init((getenv('CONSOLE') ?: 'http://localhost:8080') . "/admin/v1/$path");
    curl_setopt_array($curl, [
        CURLOPT_CUSTOMREQUEST => $method,
        CURLOPT_POSTFIELDS => json_encode($body),
        CURLOPT_HTTPHEADER => ['Content-Type: application/json'],
        CURLOPT_FAILONERROR => true,
        CURLOPT_RETURNTRANSFER => true,
    ]);
    curl_exec($curl) !== false || throw new RuntimeException("$method $path: " . curl_error($curl));
}

function same(mixed $wanted, mixed $found): void
{
    $wanted === $found || throw new RuntimeException('expected ' . json_encode($wanted) . ', found ' . json_encode($found));
}

function refusal(Closure $call): ApiError
{
    try {
        $call();
    } catch (ApiError $error) {
        return $error;
    }
    throw new RuntimeException('the call was answered');
}

$checks = [
    'one token serves both APIs' => static function (): void {
        $client = partner('editeur-demo');
        same(IBAN, account($client)['reponses']['comptes'][0]['caracteristiqueCompte']['iban']);
        same('VALBRUNE', $client->person(SPI)['personnePhysique']['etatCivil']['lbNomNaissance']);
        same(1, $client->tokensObtained);
    },
    'an anomaly is an error with its code, and is not tried again' => static function (): void {
        $error = refusal(static fn () => account(partner('editeur-demo'), 'FR00', 'dossier 2026-0002'));
        same([400, 'CAF002', true], [$error->status, $error->apiCode, $error->correlationId !== null]);
    },
    'a revoked token is renewed once' => static function (): void {
        $client = partner('editeur-demo');
        $client->revoke($client->token());
        $client->person(SPI);
        same(2, $client->tokensObtained);
    },
    'a second 401 is final' => static function (): void {
        $client = partner('partenaire-suspendu', '20999009200014');
        $error = refusal(static fn () => account($client, justification: 'dossier 2026-0003'));
        same([401, 900907, 2], [$error->status, $error->apiCode, $client->tokensObtained]);
    },
    'a used-up minute is waited for' => static function (): void {
        $client = partner('editeur-demo');
        $pauses = [];
        $client->sleep = static function (int $seconds) use (&$pauses): void { // instead of waiting, move the sandbox's clock
            $pauses[] = $seconds;
            console('PUT', 'clock', ['advance' => "PT{$seconds}S"]);
        };
        console('PUT', 'clock', ['frozen' => true]);
        console('PATCH', 'conventions/editeur-demo', ['quotas' => ['r2p' => 1]]);
        console('POST', 'reset', ['only' => ['quotas']]);
        try {
            $client->person(SPI);
            $client->person(SPI);
        } finally {
            console('POST', 'reset', ['only' => ['clock', 'conventions', 'quotas']]);
        }
        same([1, true], [count($pauses), $pauses[0] > 0 && $pauses[0] <= 60]);
    },
];

$failed = 0;
foreach ($checks as $name => $check) {
    try {
        $check();
        echo "ok: $name\n";
    } catch (Throwable $fault) {
        $failed++;
        echo "FAILED: $name: {$fault->getMessage()}\n";
    }
}
exit($failed === 0 ? 0 : 1);
