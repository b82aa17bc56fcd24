<?php

declare(strict_types=1);

use Bacasable\UsesBacasable;
use PHPUnit\Framework\TestCase;

/** Fails on purpose: KitTest reads the report. */
final class FailsTest extends TestCase
{
    use UsesBacasable;

    public function testFails(): void
    {
        $headers = $this->partner()->headers();
        $this->sandbox()->amend('editeur-demo', ['networks' => ['192.0.2.0/24']]);
        $answer = $this->partner()->call('/r2p/v1/personne/3990000101192', headers: $headers);
        self::fail("answered {$answer['status']}");
    }
}
