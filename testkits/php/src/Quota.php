<?php

declare(strict_types=1);

namespace Bacasable;

/** How many calls of this minute count as admitted. */
final class Quota
{
    public function __construct(private readonly Sandbox $sandbox)
    {
    }

    /** @return array{partner: string, api: string, limit: int, used: int, resets_at: string} */
    public function of(string $partner, string $api): array
    {
        foreach ($this->sandbox->order('GET', 'quotas?' . http_build_query(['partner' => $partner])) as $line) {
            if ($line['api'] === $api) {
                return $line;
            }
        }
        throw new ConsoleError("$partner has no convention for $api");
    }

    public function set(string $partner, string $api, int $used): void
    {
        $this->sandbox->order('PUT', 'quotas', ['partner' => $partner, 'api' => $api, 'used' => $used]);
    }

    /** The next call of this minute is refused with 429. */
    public function exhaust(string $partner, string $api): void
    {
        $this->set($partner, $api, $this->of($partner, $api)['limit']);
    }
}
