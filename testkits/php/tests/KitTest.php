<?php

declare(strict_types=1);

use Bacasable\ConsoleError;
use Bacasable\Sandbox;
use Bacasable\SandboxDied;
use Bacasable\UsesBacasable;
use PHPUnit\Framework\TestCase;

/** The kit against a real server. */
final class KitTest extends TestCase
{
    use UsesBacasable;

    private const PERSON = '/r2p/v1/personne/3990000101192';

    public function testAPersonIsFound(): void
    {
        $person = $this->partner('editeur-demo')->call(self::PERSON)['json'];
        self::assertSame('VALBRUNE', $person['personnePhysique']['etatCivil']['lbNomNaissance']);
    }

    public function testAPersonIsFoundWithGuzzle(): void
    {
        class_exists(GuzzleHttp\Client::class) || self::markTestSkipped('Guzzle is not installed');
        $partner = $this->partner('editeur-demo');
        $client = new GuzzleHttp\Client($partner->guzzle());
        $person = json_decode((string) $client->get(self::PERSON, ['headers' => $partner->headers()])->getBody(), true);
        self::assertSame('VALBRUNE', $person['personnePhysique']['etatCivil']['lbNomNaissance']);
    }

    public function testAPersonIsFoundWithSymfony(): void
    {
        class_exists(Symfony\Component\HttpClient\HttpClient::class) || self::markTestSkipped("Symfony's client is not installed");
        $partner = $this->partner('editeur-demo');
        foreach ([Symfony\Component\HttpClient\CurlHttpClient::class, Symfony\Component\HttpClient\NativeHttpClient::class] as $class) {
            $person = (new $class($partner->symfony()))->request('GET', self::PERSON, ['headers' => $partner->headers()])->toArray();
            self::assertSame('VALBRUNE', $person['personnePhysique']['etatCivil']['lbNomNaissance']);
        }
    }

    /** docs/clients.md: the stream handler ignores ssl_key. */
    public function testGuzzleSStreamHandlerTakesOneFile(): void
    {
        class_exists(GuzzleHttp\Client::class) || self::markTestSkipped('Guzzle is not installed');
        $partner = $this->partner('editeur-demo');
        $options = ['handler' => new GuzzleHttp\Handler\StreamHandler(), 'cert' => $partner->combined, 'ssl_key' => null];
        $client = new GuzzleHttp\Client($options + $partner->guzzle());
        self::assertSame(200, $client->get(self::PERSON, ['headers' => $partner->headers()])->getStatusCode());
    }

    /** docs/clients.md: an array in CURLOPT_POSTFIELDS is multipart. */
    public function testCurlWantsAFormAsText(): void
    {
        function_exists('curl_init') || self::markTestSkipped('the curl extension is not installed');
        $partner = $this->partner('editeur-demo');
        $form = ['grant_type' => 'client_credentials', 'client_id' => $partner->consumerKey, 'client_secret' => $partner->consumerSecret];
        foreach ([[$form, 400], [http_build_query($form), 200]] as [$fields, $status]) {
            $curl = curl_init("{$partner->gateway}/token");
            curl_setopt_array($curl, [CURLOPT_POSTFIELDS => $fields, CURLOPT_RETURNTRANSFER => true, CURLOPT_PROXY => '']);
            curl_setopt_array($curl, [CURLOPT_CAINFO => $partner->ca, CURLOPT_SSLCERT => $partner->certificate, CURLOPT_SSLKEY => $partner->key]);
            curl_exec($curl);
            self::assertSame($status, curl_getinfo($curl, CURLINFO_RESPONSE_CODE));
        }
    }

    public function testAPartnerHasAllThatAClientNeeds(): void
    {
        $partner = $this->partner('banque-horizon');
        self::assertMatchesRegularExpression('/^\d{14}$/', $partner->siret);
        self::assertSame(['banque-horizon', 'secret-banque-horizon'], [$partner->consumerKey, $partner->consumerSecret]);
        self::assertTrue(openssl_pkcs12_read(file_get_contents($partner->p12), $content, $partner->p12Password));
        self::assertSame(file_get_contents($partner->certificate) . file_get_contents($partner->key), file_get_contents($partner->combined));
    }

    public function testATokenExpiresWithTheClock(): void
    {
        $partner = $this->partner('editeur-demo');
        $headers = $partner->headers();
        self::assertSame(200, $partner->call(self::PERSON, headers: $headers)['status']);
        $this->sandbox()->clock->advance('PT61M');
        self::assertSame(401, $partner->call(self::PERSON, headers: $headers)['status']);
        self::assertMatchesRegularExpression('/^editeur-demo r2p .*401 900901.*control technical-id: /', $this->sandbox()->explain()[0]);
    }

    public function testTheClockWasPutBack(): void
    {
        self::assertLessThanOrEqual(1, abs($this->sandbox()->order('GET', 'clock')['offset_seconds']));
    }

    public function testAnExpiredTokenIsRefused(): void
    {
        $token = $this->sandbox()->token('editeur-demo', ['expires_in' => -10]);
        self::assertSame(401, $this->partner()->call(self::PERSON, headers: ['Authorization' => "Bearer $token"])['status']);
    }

    public function testAQuotaIsExhausted(): void
    {
        $this->sandbox()->clock->freeze(); // a quota is that of a minute, and this one does not end
        $this->sandbox()->quota->exhaust('editeur-demo', 'r2p');
        self::assertSame(429, $this->partner()->call(self::PERSON)['status']);
        $this->expectExceptionObject(new ConsoleError('mutuelle-etatcivil has no convention for ficoba'));
        $this->sandbox()->quota->exhaust('mutuelle-etatcivil', 'ficoba');
    }

    public function testAFaultStrikesOnce(): void
    {
        $this->sandbox()->fault(['code' => '303001'], ['api' => 'r2p']);
        self::assertSame([500, 200], [$this->partner()->call(self::PERSON)['status'], $this->partner()->call(self::PERSON)['status']]);
    }

    public function testAFaultyCertificateIsRefused(): void
    {
        $headers = $this->partner('editeur-demo')->headers();
        self::assertSame(401, $this->partner('editeur-demo', 'expired')->call(self::PERSON, headers: $headers)['status']);
        self::assertStringContainsString('control certificate', $this->sandbox()->explain()[0]);
    }

    public function testAnOrderThatCannotBeObeyedSaysWhy(): void
    {
        $this->expectException(ConsoleError::class);
        $this->expectExceptionMessageMatches('#422.*/now#');
        $this->sandbox()->clock->set('2026-02-30T10:00:00Z');
    }

    public function testEveryWordIsAnOrderThatTheConsoleKnows(): void
    {
        $sandbox = $this->sandbox();
        $sandbox->clock->set('2026-11-22T10:00:00Z');
        self::assertSame($sandbox->clock->freeze(), $sandbox->clock->now());
        $sandbox->quota->set('editeur-demo', 'r2p', 3);
        $sandbox->reset(['only' => ['tokens']]);
        self::assertSame(3, $sandbox->quota->of('editeur-demo', 'r2p')['used']);
        $sandbox->reset(['partner' => 'editeur-demo']);
        self::assertSame(0, $sandbox->quota->of('editeur-demo', 'r2p')['used']);
        $sandbox->clock->reset();
        self::assertFalse($sandbox->order('GET', 'clock')['frozen']);
        self::assertSame('suspended', $sandbox->amend('editeur-demo', ['state' => 'suspended'])['state']);
    }

    public function testAPortThatIsTakenIsNamed(): void
    {
        $taken = stream_socket_server('tcp://127.0.0.1:0');
        $address = stream_socket_get_name($taken, false);
        $this->expectException(SandboxDied::class);
        $this->expectExceptionMessage("gateway.listen: cannot listen on $address");
        new Sandbox(settings: ['gateway.listen' => $address]);
    }

    public function testACertsFolderThatCannotBeWrittenIsNamedAndOneThatCanStays(): void
    {
        $folder = sys_get_temp_dir() . '/kit-' . bin2hex(random_bytes(8));
        mkdir($folder);
        touch("$folder/file");
        try {
            new Sandbox(settings: ['certs' => "$folder/file/certs"]);
            self::fail('it cannot be written');
        } catch (SandboxDied $death) {
            self::assertStringContainsString("$folder/file/certs", $death->getMessage());
        }
        (new Sandbox(settings: ['certs' => "$folder/certs"]))->stop();
        self::assertFileExists("$folder/certs/ca.pem");
        Bacasable\Server::remove($folder);
    }

    public function testTwoServersAtOnceAreApart(): void
    {
        $other = new Sandbox();
        $other->clock->freeze();
        $other->quota->exhaust('editeur-demo', 'r2p');
        self::assertSame(429, $other->partner()->call(self::PERSON)['status']);
        self::assertSame(200, $this->partner()->call(self::PERSON)['status']);
        $other->stop();
    }

    public function testASettingThatIsRefusedIsNamed(): void
    {
        $this->expectException(SandboxDied::class);
        $this->expectExceptionMessageMatches('/ended with code 2.*--population/s');
        new Sandbox(settings: ['population' => 'plenty']);
    }

    public function testAProgramThatIsNotThereIsNamed(): void
    {
        $this->expectException(SandboxDied::class);
        $this->expectExceptionMessageMatches('#^/nowhere/bacasable cannot be started#');
        new Sandbox('/nowhere/bacasable');
    }

    public function testAServerThatDiesIsReportedAtOnceWithItsLastLines(): void
    {
        $own = new Sandbox();
        posix_kill($own->pid(), SIGKILL);
        try {
            $own->reset();
            self::fail('nobody answers');
        } catch (SandboxDied $death) {
            self::assertStringContainsString('ended with signal 9; the last lines of its log:', $death->getMessage());
        }
        $own->stop();
        self::assertDirectoryDoesNotExist($own->certs);
    }

    public function testARunningServerIsShared(): void
    {
        $shared = new Sandbox("{$this->sandbox()->console},{$this->sandbox()->gateway}");
        self::assertSame(200, $shared->partner('editeur-demo')->call(self::PERSON)['status']);
        $shared->stop();
        self::assertDirectoryDoesNotExist($shared->certs);
        self::assertSame(200, $this->partner()->call(self::PERSON)['status']);
    }

    public function testNothingIsLeftBehindByARunThatIsKilled(): void
    {
        $script = 'require ' . var_export(__DIR__ . '/bootstrap.php', true) . '; $s = new Bacasable\Sandbox(); echo $s->pid(), " ", $s->certs, "\n"; sleep(60);';
        $run = proc_open([PHP_BINARY, '-r', $script], [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
        [$pid, $folder] = explode(' ', trim(fgets($pipes[1])));
        self::assertDirectoryExists($folder);
        proc_terminate($run, 9);
        proc_close($run);
        for ($tries = 0; $tries < 1500 && (is_dir($folder) || self::isRunning((int) $pid)); $tries++) {
            usleep(20_000);
            clearstatcache();
        }
        self::assertFalse(is_dir($folder) || self::isRunning((int) $pid));
    }

    public function testTheReportOfAFailedTestHasTheRefusedControls(): void
    {
        $command = [PHP_BINARY, $_SERVER['argv'][0], '--no-configuration', '--bootstrap', __DIR__ . '/bootstrap.php', __DIR__ . '/fails/FailsTest.php'];
        $run = proc_open($command, [['pipe', 'r'], ['pipe', 'w'], STDERR], $pipes);
        $said = stream_get_contents($pipes[1]);
        self::assertSame(1, proc_close($run), $said);
        self::assertMatchesRegularExpression('/answered 403\nbacasable: refused and failed requests\n.*403 900805.*control address: /', $said);
    }

    private static function isRunning(int $pid): bool
    {
        $stat = @file_get_contents("/proc/$pid/stat");
        return $stat !== false && !str_contains(substr($stat, (int) strrpos($stat, ')')), ' Z ');
    }
}
