<?php

declare(strict_types=1);

namespace Bacasable;

/** The console refuses an order; the message says why. */
final class ConsoleError extends \RuntimeException
{
}
