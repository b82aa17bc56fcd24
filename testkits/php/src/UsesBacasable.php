<?php

declare(strict_types=1);

namespace Bacasable;

use PHPUnit\Framework\Attributes\Before;

/**
 * A test case with a bacasable server: one for the process, put back before each test. A class that wants other settings overrides
 * bacasable().
 */
trait UsesBacasable
{
    private static ?Sandbox $bacasable = null;

    /** The server: of this process by default. */
    protected static function bacasable(): Sandbox
    {
        return Shared::sandbox();
    }

    protected function sandbox(): Sandbox
    {
        return self::$bacasable ??= static::bacasable();
    }

    protected function partner(string $id = 'editeur-demo', ?string $certificate = null): Partner
    {
        return $this->sandbox()->partner($id, $certificate);
    }

    /** @before */
    #[Before]
    protected function putBacasableBack(): void
    {
        $this->sandbox()->reset();
    }

    /** A failed test's report has the refused and failed requests. */
    protected function onNotSuccessfulTest(\Throwable $failure): never
    {
        if (!$failure instanceof \PHPUnit\Framework\SkippedTest && !$failure instanceof \PHPUnit\Framework\IncompleteTest) {
            try {
                $lines = $this->sandbox()->explain();
            } catch (\RuntimeException $death) {
                $lines = explode("\n", $death->getMessage());
            }
            if ($lines !== []) {
                $message = new \ReflectionProperty(\Exception::class, 'message');
                $told = "\nbacasable: refused and failed requests\n  " . implode("\n  ", $lines);
                $failure instanceof \Exception && $message->setValue($failure, $failure->getMessage() . $told);
            }
        }
        parent::onNotSuccessfulTest($failure);
    }
}
