<?php

declare(strict_types=1);

namespace Bacasable;

/** The server of this process, started when it is first asked for. */
final class Shared
{
    private static ?Sandbox $sandbox = null;

    public static function sandbox(): Sandbox
    {
        return self::$sandbox ??= new Sandbox();
    }
}
