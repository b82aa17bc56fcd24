<?php

declare(strict_types=1);

namespace Bacasable;

/** A server of one's own. It ends with this process, however that ends: it watches its standard input. */
final class Server
{
    public readonly string $certs;
    public readonly string $gateway;
    public readonly string $console;

    /** @var resource */
    private $process;
    /** @var array<int, resource> */
    private array $pipes = [];
    private string $log = '';
    private ?string $how = null;
    private readonly bool $ownsCerts;

    /** @param array<string, string|int|bool> $settings */
    public function __construct(?string $binary = null, ?string $fixtures = null, array $settings = [])
    {
        $program = self::find($binary);
        $options = ['gateway-listen' => '127.0.0.1:0', 'console-listen' => '127.0.0.1:0', 'log-level' => 'warn'];
        if ($fixtures !== null) {
            $options['fixtures'] = $fixtures;
        }
        foreach ($settings as $key => $value) {
            $options[strtr($key, '._', '--')] = is_bool($value) ? var_export($value, true) : $value;
        }
        // A certs folder that the settings name is the caller's: it stays.
        $this->ownsCerts = !isset($options['certs']);
        $options['certs'] ??= sys_get_temp_dir() . '/bacasable-' . bin2hex(random_bytes(8));
        $this->certs = (string) $options['certs'];
        $command = [$program, 'serve', '--parent-watch', ...($this->ownsCerts ? ['--discard-certs'] : [])];
        foreach ($options as $key => $value) {
            $command[] = "--$key=$value";
        }
        $process = @proc_open($command, [['pipe', 'r'], ['pipe', 'w'], ['pipe', 'w']], $this->pipes);
        if ($process === false) {
            throw new SandboxDied("$program cannot be started");
        }
        $this->process = $process;
        stream_set_blocking($this->pipes[2], false);
        $line = self::firstLine($this->pipes[1]);
        if (!preg_match('/^ready gateway=(\S+) console=(\S+)/', $line, $found)) {
            $this->stop();
            throw new SandboxDied($this->epitaph());
        }
        [, $this->gateway, $this->console] = $found;
    }

    /** How it ended, with the last lines of its log. */
    public function epitaph(): string
    {
        $this->readLog();
        if ($this->how === null) {
            for ($tries = 0; $this->isAlive() && $tries < 20; $tries++) {
                usleep(10_000); // a process that was killed a moment ago
            }
            $this->readLog();
        }
        $lines = array_slice(array_filter(explode("\n", $this->log)), -20) ?: ['(none)'];
        return ($this->how ?? 'bacasable does not answer') . "; the last lines of its log:\n  " . implode("\n  ", $lines);
    }

    public function pid(): int
    {
        return proc_get_status($this->process)['pid'];
    }

    /** Reads what waits in the pipe of its log, so that it never fills. */
    public function readLog(): void
    {
        if (is_resource($this->pipes[2] ?? null)) {
            $this->log = substr($this->log . stream_get_contents($this->pipes[2]), -100_000);
        }
    }

    public function stop(): void
    {
        if (!is_resource($this->process)) {
            return;
        }
        fclose($this->pipes[0]);
        $until = microtime(true) + 10;
        while ($this->isAlive() && microtime(true) < $until) {
            usleep(5_000);
        }
        if ($this->isAlive()) {
            proc_terminate($this->process, 9);
        }
        $this->readLog();
        fclose($this->pipes[1]);
        fclose($this->pipes[2]);
        proc_close($this->process);
        if ($this->ownsCerts) {
            self::remove($this->certs); // the server does it itself unless it was killed
        }
    }

    private function isAlive(): bool
    {
        $status = proc_get_status($this->process);
        if (!$status['running']) {
            $this->how ??= 'bacasable ended with ' . ($status['signaled'] ? "signal {$status['termsig']}" : "code {$status['exitcode']}");
        }
        return $status['running'];
    }

    /** @param resource $stream */
    private static function firstLine($stream): string
    {
        $read = [$stream];
        $none = null;
        return stream_select($read, $none, $none, 30) ? (string) fgets($stream) : '';
    }

    /** The program: as given, of the variable BACASABLE, or of the path. */
    private static function find(?string $binary): string
    {
        $given = $binary ?: getenv('BACASABLE');
        if ($given) {
            if (!is_executable($given)) {
                throw new SandboxDied("$given cannot be started: it is no program");
            }
            return $given;
        }
        $name = PHP_OS_FAMILY === 'Windows' ? 'bacasable.exe' : 'bacasable';
        foreach (explode(PATH_SEPARATOR, (string) getenv('PATH')) as $folder) {
            if ($folder !== '' && is_executable("$folder/$name")) {
                return "$folder/$name";
            }
        }
        throw new SandboxDied('bacasable is not installed: put its program on PATH or into the variable BACASABLE, or name a running '
            . 'server there (BACASABLE=http://localhost:8080,https://localhost:8443)');
    }

    public static function remove(string $folder): void
    {
        foreach (is_dir($folder) ? scandir($folder) : [] as $name) {
            if ($name !== '.' && $name !== '..') {
                is_dir("$folder/$name") ? self::remove("$folder/$name") : @unlink("$folder/$name");
            }
        }
        @rmdir($folder);
    }
}
