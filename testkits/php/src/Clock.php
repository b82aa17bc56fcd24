<?php

declare(strict_types=1);

namespace Bacasable;

/** The server's clock. */
final class Clock
{
    public function __construct(private readonly Sandbox $sandbox)
    {
    }

    public function now(): string
    {
        return $this->sandbox->order('GET', 'clock')['now'];
    }

    public function set(string $now): string
    {
        return $this->sandbox->order('PUT', 'clock', ['now' => $now])['now'];
    }

    /** By an ISO 8601 duration: PT61M. */
    public function advance(string $duration): string
    {
        return $this->sandbox->order('PUT', 'clock', ['advance' => $duration])['now'];
    }

    public function freeze(): string
    {
        return $this->sandbox->order('PUT', 'clock', ['frozen' => true])['now'];
    }

    public function reset(): void
    {
        $this->sandbox->order('DELETE', 'clock');
    }
}
