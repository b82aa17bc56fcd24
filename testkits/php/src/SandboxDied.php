<?php

declare(strict_types=1);

namespace Bacasable;

/** The server is not there any more; the message has the last lines of its log. */
final class SandboxDied extends \RuntimeException
{
}
