<?php

declare(strict_types=1);

spl_autoload_register(function (string $class): void {
    if (str_starts_with($class, 'Bacasable\\')) {
        require __DIR__ . '/../src/' . substr($class, strlen('Bacasable\\')) . '.php';
    }
});
foreach (['/usr/share/php/GuzzleHttp/autoload.php', '/usr/share/php/Symfony/Component/HttpClient/autoload.php'] as $library) {
    if (file_exists($library)) {
        require_once $library; // Debian's packages; elsewhere Composer's autoloader has them
    }
}
