<?php
// Guzzle, with its own RetryMiddleware and the middleware's own exponential delay.
require 'GuzzleHttp/autoload.php';

use GuzzleHttp\Client;
use GuzzleHttp\HandlerStack;
use GuzzleHttp\Middleware;
use GuzzleHttp\RetryMiddleware;

$decide = fn (int $tries, $request, $response = null) =>
    $tries < 3 && $response && in_array($response->getStatusCode(), [429, 503], true);
$wait = function (int $tries, $response): int {
    $date = $response ? $response->getHeaderLine('Retry-After') : '';
    return $date === '' ? RetryMiddleware::exponentialDelay($tries) : 1000 * max(0, strtotime($date) - time());
};
$stack = HandlerStack::create();
$stack->push(Middleware::retry($decide, $wait));
$certs = getenv('CERTS') . '/clients/' . getenv('PARTNER');
$client = new Client([
    'handler' => $stack,
    'verify' => getenv('CERTS') . '/ca.pem',
    'cert' => "$certs.pem",
    'ssl_key' => "$certs.key",
    'http_errors' => false,
]);
$answer = $client->post(getenv('URL'), [
    'body' => getenv('BODY'),
    'headers' => [
        'Authorization' => 'Bearer ' . getenv('TOKEN'),
        'X-Correlation-ID' => getenv('CORRELATION'),
        'X-Request-ID' => getenv('CORRELATION'),
        'Content-Type' => 'application/json',
    ],
]);
echo $answer->getStatusCode();
